//! Records a sound: the microphone, gathered in the page itself.

import { close, openMicrophone, troubleOf, usable, type MediaTrouble } from './media';
import pcm from './pcm.worklet.js?url';
import { Heard } from './wav';

/** The most seconds of a recording: what a command carries, with room to spare. */
export const LONGEST = 300;
/** Samples a second that are asked for; a device that gives more records for a shorter time. */
const RATE = 48_000;

/** Why there is no recording: no microphone, or one that gave no sound. */
export type RecorderTrouble = MediaTrouble | 'unheard';

/** One recording, and the microphone for it. */
export class Recorder {
  at = $state<'rest' | 'opening' | 'recording'>('rest');
  trouble = $state<RecorderTrouble | null>(null);
  level = $state(0);
  seconds = $state(0);
  /** It stops by itself after so many seconds. */
  longest = $state(LONGEST);

  readonly #full: () => void;
  #stream: MediaStream | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #heard: Heard | null = null;
  /** Counts what was begun: a microphone that opens after the person left is closed at once. */
  #run = 0;

  /** `full` is told when no more fits, or when the microphone went away. */
  constructor(full: () => void) {
    this.#full = full;
  }

  /** Opens the microphone, and records. */
  async start(): Promise<void> {
    this.leave();
    const run = this.#run;
    this.trouble = null;
    if (!usable() || typeof AudioContext === 'undefined' || typeof AudioWorkletNode === 'undefined') {
      this.trouble = 'missing';
      return;
    }
    this.at = 'opening';
    let [stream, source]: [MediaStream | null, MediaStreamAudioSourceNode | null] = [null, null];
    try {
      stream = await openMicrophone();
      source = sourceOf(stream);
      const context = source.context as AudioContext;
      await context.audioWorklet.addModule(pcm);
      // Nothing waits for it: where the page may not play sound yet, a promise of it need never be kept.
      void context.resume().catch(() => undefined);
      if (run !== this.#run) throw new Error('nobody waits for it');
    } catch (thrown) {
      close(stream);
      end(source);
      if (run === this.#run) {
        this.at = 'rest';
        this.trouble = troubleOf(thrown);
      }
      return;
    }
    this.#record(stream, source);
  }

  #record(stream: MediaStream, source: MediaStreamAudioSourceNode): void {
    const { context } = source;
    this.longest = Math.min(LONGEST, Math.floor((LONGEST * RATE) / context.sampleRate));
    const heard = new Heard(context.sampleRate, this.longest);
    const node = new AudioWorkletNode(context, 'earnest-pcm', { numberOfInputs: 1, numberOfOutputs: 1 });
    node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
      if (this.#heard !== heard) return;
      heard.take(data);
      this.level = heard.level;
      this.seconds = heard.seconds;
      if (heard.full) this.#full();
    };
    source.connect(node);
    // It gives silence out: without a way out, nothing would pull sound through it.
    node.connect(context.destination);
    for (const track of stream.getAudioTracks()) track.onended = () => this.#full();
    [this.#stream, this.#source, this.#heard] = [stream, source, heard];
    [this.level, this.seconds, this.at] = [0, 0, 'recording'];
  }

  /** Stops, and returns what was heard; `null` where nothing was, which is told as a trouble. */
  stop(): Blob | null {
    const heard = this.#heard;
    this.leave();
    if (heard !== null && heard.seconds > 0) return heard.file();
    this.trouble = 'unheard';
    return null;
  }

  /** Closes the microphone, and lets go of what it heard. */
  leave(): void {
    this.#run += 1;
    close(this.#stream);
    end(this.#source);
    [this.#stream, this.#source, this.#heard] = [null, null, null];
    [this.level, this.seconds, this.at] = [0, 0, 'rest'];
  }
}

/** What a microphone hears, at the rate that is asked for; at its own where the browser does not change that. */
function sourceOf(stream: MediaStream): MediaStreamAudioSourceNode {
  const context = new AudioContext({ sampleRate: RATE });
  try {
    return context.createMediaStreamSource(stream);
  } catch {
    void context.close();
  }
  const own = new AudioContext();
  try {
    return own.createMediaStreamSource(stream);
  } catch (thrown) {
    void own.close();
    throw thrown;
  }
}

function end(source: MediaStreamAudioSourceNode | null): void {
  void (source?.context as AudioContext | undefined)?.close();
}
