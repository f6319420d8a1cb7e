/**
 * The English stemmer of Snowball, "Porter2", after the definition of the algorithm by Martin Porter
 * (https://snowballstem.org/algorithms/english/stemmer.html). Words are given in lower case.
 */
export function stemEnglish(word: string): string {
  if (word.length <= 2) return word
  const plain = word.replaceAll('’', "'").replace(/^'/, '')
  const exception = exceptions.get(plain)
  if (exception !== undefined) return exception
  // A y that is a consonant is written as Y until the end.
  const marked = plain.replace(/^y/, 'Y').replace(/([aeiouy])y/g, '$1Y')
  const regions = regionsOf(marked)
  let stem = step1a(step0(marked))
  if (invariants.has(stem)) return stem.toLowerCase()
  stem = step1c(step1b(stem, regions))
  stem = step5(step4(step3(step2(stem, regions), regions), regions), regions)
  return stem.toLowerCase()
}

interface Regions {
  /** Where the region behind the first consonant after a vowel begins, and the same within it. */
  readonly r1: number
  readonly r2: number
}

const vowel = '[aeiouy]'
const consonant = '[^aeiouy]'
const shortEnd = new RegExp(`(?:${consonant}${vowel}[^aeiouywxY]|^${vowel}${consonant}|past)$`)
const prefixes = /^(?:gener|commun|arsen|past|univers|later|emerg|organ|inter)/

const exceptions: ReadonlyMap<string, string> = new Map(
  Object.entries({
    skis: 'ski',
    skies: 'sky',
    idly: 'idl',
    gently: 'gentl',
    ugly: 'ugli',
    early: 'earli',
    only: 'onli',
    singly: 'singl',
    sky: 'sky',
    news: 'news',
    howe: 'howe',
    atlas: 'atlas',
    cosmos: 'cosmos',
    bias: 'bias',
    andes: 'andes',
  }),
)

/** Left as they are once the plural is off. */
const invariants: ReadonlySet<string> = new Set([
  'inning',
  'outing',
  'canning',
  'herring',
  'earring',
  'proceed',
  'exceed',
  'succeed',
])

const regionEnd = new RegExp(`${vowel}${consonant}`)

function regionsOf(word: string): Regions {
  const special = prefixes.exec(word)
  const r1 = special === null ? behind(word, 0) : special[0].length
  return { r1, r2: behind(word, r1) }
}

function behind(word: string, from: number): number {
  const match = regionEnd.exec(word.slice(from))
  return match === null ? word.length : from + match.index + 2
}

function isShort(word: string, { r1 }: Regions): boolean {
  return r1 >= word.length && shortEnd.test(word)
}

/** The longest of the endings that the word has. */
function endingOf(word: string, endings: readonly string[]): string | null {
  let longest: string | null = null
  for (const ending of endings)
    if (word.endsWith(ending) && (longest === null || ending.length > longest.length)) longest = ending
  return longest
}

function without(word: string, ending: string): string {
  return word.slice(0, word.length - ending.length)
}

function step0(word: string): string {
  const ending = endingOf(word, ["'s'", "'s", "'"])
  return ending === null ? word : without(word, ending)
}

function step1a(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2)
  if (/ie[ds]$/.test(word)) return word.length > 4 ? word.slice(0, -2) : word.slice(0, -1)
  if (/(?:us|ss)$/.test(word)) return word
  if (word.endsWith('s') && new RegExp(`${vowel}.+s$`).test(word)) return word.slice(0, -1)
  return word
}

function step1b(word: string, regions: Regions): string {
  const ending = endingOf(word, ['eedly', 'eed', 'ingly', 'edly', 'ing', 'ed'])
  if (ending === null) return word
  const stem = without(word, ending)
  if (ending === 'eed' || ending === 'eedly')
    return stem.length >= regions.r1 && !/^(?:proc|exc|succ)$/.test(stem) ? `${stem}ee` : word
  if (ending === 'ing' && /^[^aeiouy]y$/.test(stem)) return `${stem.slice(0, -1)}ie`
  if (!/[aeiouy]/.test(stem)) return word
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(stem))
    return /^[aeo](.)\1$/.test(stem) ? stem : stem.slice(0, -1)
  return isShort(stem, regions) ? `${stem}e` : stem
}

function step1c(word: string): string {
  return word.replace(/(?<=.[^aeiouy])[yY]$/, 'i')
}

const step2Endings: Readonly<Record<string, string>> = {
  tional: 'tion',
  enci: 'ence',
  anci: 'ance',
  abli: 'able',
  entli: 'ent',
  izer: 'ize',
  ization: 'ize',
  ational: 'ate',
  ation: 'ate',
  ator: 'ate',
  alism: 'al',
  aliti: 'al',
  alli: 'al',
  fulness: 'ful',
  ousli: 'ous',
  ousness: 'ous',
  iveness: 'ive',
  iviti: 'ive',
  biliti: 'ble',
  bli: 'ble',
  fulli: 'ful',
  lessli: 'less',
  ogist: 'og',
}

function step2(word: string, { r1 }: Regions): string {
  const ending = endingOf(word, [...Object.keys(step2Endings), 'ogi', 'li'])
  if (ending === null) return word
  const stem = without(word, ending)
  if (stem.length < r1) return word
  if (ending === 'ogi') return stem.endsWith('l') ? `${stem}og` : word
  if (ending === 'li') return /[cdeghkmnrt]$/.test(stem) ? stem : word
  return stem + (step2Endings[ending] ?? '')
}

const step3Endings: Readonly<Record<string, string>> = {
  tional: 'tion',
  ational: 'ate',
  alize: 'al',
  icate: 'ic',
  iciti: 'ic',
  ical: 'ic',
  ful: '',
  ness: '',
}

function step3(word: string, { r1, r2 }: Regions): string {
  const ending = endingOf(word, [...Object.keys(step3Endings), 'ative'])
  if (ending === null) return word
  const stem = without(word, ending)
  if (stem.length < r1) return word
  if (ending === 'ative') return stem.length >= r2 ? stem : word
  return stem + (step3Endings[ending] ?? '')
}

const step4Endings = [
  'al',
  'ance',
  'ence',
  'er',
  'ic',
  'able',
  'ible',
  'ant',
  'ement',
  'ment',
  'ent',
  'ism',
  'ate',
  'iti',
  'ous',
  'ive',
  'ize',
  'ion',
]

function step4(word: string, { r2 }: Regions): string {
  const ending = endingOf(word, step4Endings)
  if (ending === null) return word
  const stem = without(word, ending)
  if (stem.length < r2) return word
  return ending === 'ion' && !/[st]$/.test(stem) ? word : stem
}

function step5(word: string, { r1, r2 }: Regions): string {
  const stem = word.slice(0, -1)
  if (word.endsWith('e')) {
    const drop = stem.length >= r2 || (stem.length >= r1 && !shortEnd.test(stem))
    return drop ? stem : word
  }
  return word.endsWith('ll') && stem.length >= r2 ? stem : word
}
