//! Sound as it comes from a microphone, gathered as 16-bit PCM and written as a WAV file (RIFF, "Multimedia Programming Interface and
//! Data Specifications 1.0", IBM and Microsoft, 1991). No encoder of the web view is asked: not all of them have one.

/** Bytes before the samples. */
const HEADER = 44;

/** A WAV file of one channel of 16-bit samples. */
export function wav(samples: readonly Int16Array<ArrayBuffer>[], rate: number): Blob {
  const size = samples.reduce((sum, block) => sum + block.byteLength, 0);
  return new Blob([wavHeader(size, rate), ...(littleEndian() ? samples : samples.map(swapped))], { type: 'audio/wav' });
}

/** What stands before `size` bytes of samples. */
export function wavHeader(size: number, rate: number): ArrayBuffer {
  const header = new DataView(new ArrayBuffer(HEADER));
  const word = (at: number, letters: string) => {
    for (let i = 0; i < letters.length; i += 1) header.setUint8(at + i, letters.charCodeAt(i));
  };
  word(0, 'RIFF');
  header.setUint32(4, HEADER - 8 + size, true);
  word(8, 'WAVE');
  word(12, 'fmt ');
  header.setUint32(16, 16, true); // size of this part
  header.setUint16(20, 1, true); // PCM
  header.setUint16(22, 1, true); // one channel
  header.setUint32(24, rate, true);
  header.setUint32(28, rate * 2, true); // bytes a second
  header.setUint16(32, 2, true); // bytes a frame
  header.setUint16(34, 16, true); // bits a sample
  word(36, 'data');
  header.setUint32(40, size, true);
  return header.buffer;
}

/** What a microphone heard so far. */
export class Heard {
  readonly rate: number;
  /** The most seconds; what comes later is not taken. */
  readonly longest: number;
  /** How loud the newest block was: 0 is silence, 1 as loud as can be told. */
  level = 0;
  #samples: Int16Array<ArrayBuffer>[] = [];
  #frames = 0;

  constructor(rate: number, longest: number) {
    this.rate = rate;
    this.longest = longest;
  }

  /** How long it is. */
  get seconds(): number {
    return this.#frames / this.rate;
  }

  /** Whether no more is taken. */
  get full(): boolean {
    return this.seconds >= this.longest;
  }

  /** Takes a block of samples from -1 to 1. */
  take(block: Float32Array): void {
    if (this.full) return;
    const whole = new Int16Array(block.length);
    let square = 0;
    block.forEach((sample, i) => {
      const bounded = Number.isFinite(sample) ? Math.min(1, Math.max(-1, sample)) : 0;
      square += bounded * bounded;
      whole[i] = Math.round(bounded * (bounded < 0 ? 32_768 : 32_767));
    });
    this.level = loudness(Math.sqrt(square / Math.max(1, block.length)));
    this.#samples.push(whole);
    this.#frames += whole.length;
  }

  /** All of it as a file. */
  file(): Blob {
    return wav(this.#samples, this.rate);
  }
}

/** The quietest that the meter shows, in decibels below the loudest. */
const FLOOR = 60;

/** A root mean square as the ear takes it: decibels, from the floor to the loudest as 0 to 1. */
export function loudness(rms: number): number {
  if (rms <= 0) return 0;
  return Math.min(1, Math.max(0, 1 + (20 * Math.log10(rms)) / FLOOR));
}

function littleEndian(): boolean {
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
}

function swapped(block: Int16Array<ArrayBuffer>): Int16Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(block.byteLength));
  block.forEach((sample, i) => view.setInt16(i * 2, sample, true));
  return new Int16Array(view.buffer);
}
