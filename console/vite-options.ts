import { fileURLToPath } from 'node:url'
import type { InlineConfig } from 'vite'

export const consoleFolder = fileURLToPath(new URL('./', import.meta.url))

/**
 * Everything is addressed relative to the page, so that the console works under whatever path a proxy puts it. Nothing is inlined:
 * the content security policy knows only files of this server.
 */
export const viteOptions: InlineConfig = {
  configFile: false,
  root: consoleFolder,
  base: './',
  clearScreen: false,
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1024,
    emptyOutDir: true,
  },
}
