/**
 * The page for one request. `base` leads from the address that was asked for back to the folder of the console, so that it works
 * under whatever path a proxy puts it. The nonce is for the styles that the query editor makes; scripts need none, they are files.
 */
export function consolePage(template: string, path: string, nonce: string): string {
  const head = `<head><base href="${baseFor(path)}"><meta name="csp-nonce" content="${nonce}">`
  return template.replace('<head>', head)
}

/** `/topics/orders` lies one folder below the console. */
export function baseFor(path: string): string {
  const depth = path.split('/').length - 2
  return depth <= 0 ? './' : '../'.repeat(depth)
}

export function consolePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
