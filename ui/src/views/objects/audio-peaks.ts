/** The outline of a sound. */

export interface Peaks {
  /** Largest amplitude, 0 to 1, of equal stretches. */
  values: Float32Array
  seconds: number
}

const STRETCHES = 1200
/** Decoding takes ten bytes of memory for each of an MP3. */
const MOST_BYTES = 20_000_000
/** The rate does not matter for an outline, and a low one is quick. */
const RATE = 8000
const known = new Map<string, Promise<Peaks | null>>()

/** Null for a file too large to be decoded for its looks. */
export function peaksOf(url: string, size: number): Promise<Peaks | null> {
  if (size > MOST_BYTES) return Promise.resolve(null)
  const found = known.get(url)
  if (found) return found
  const made = decode(url)
  made.catch(() => known.delete(url))
  known.set(url, made)
  return made
}

async function decode(url: string): Promise<Peaks> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`The server answered ${response.status}.`)
  const context = new OfflineAudioContext(1, 1, RATE)
  const sound = await context.decodeAudioData(await response.arrayBuffer())
  return { values: outline(Array.from({ length: sound.numberOfChannels }, (_, at) => sound.getChannelData(at))), seconds: sound.duration }
}

/** The largest amplitude of each stretch over all channels. */
export function outline(channels: readonly Float32Array[], stretches = STRETCHES): Float32Array {
  const samples = channels[0]?.length ?? 0
  const values = new Float32Array(Math.min(stretches, samples))
  for (const channel of channels)
    channel.forEach((sample, at) => {
      const stretch = Math.floor((at / samples) * values.length)
      values[stretch] = Math.max(values[stretch] ?? 0, Math.min(1, Math.abs(sample)))
    })
  return values
}
