//! Records a sound: the microphone, gathered in the page itself.

import { close, openMicrophone, troubleOf, usable, type MediaTrouble } from './media';
import pcm from './pcm.worklet.js?url';
import { Heard } from './wav';

/** The most seconds of a recording: what a command carries, with room to spare. */
export const LONGEST = 300;

/** One recording, and the microphone for it. */
export class Recorder {
  at = $state<'rest' | 'opening' | 'recording'>('rest');
  trouble = $state<MediaTrouble | null>(null);
  level = $state(0);
  seconds = $state(0);

  readonly #full: () => void;
  #stream: MediaStream | null = null;
  #context: AudioContext | null = null;
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
    let [stream, context]: [MediaStream | null, AudioContext | null] = [null, null];
    try {
      stream = await openMicrophone();
      context = new AudioContext();
      await context.audioWorklet.addModule(pcm);
      // Nothing waits for it: where the page may not play sound yet, a promise of it need never be kept.
      void context.resume().catch(() => undefined);
      if (run !== this.#run) throw new Error('nobody waits for it');
    } catch (thrown) {
      close(stream);
      void context?.close();
      if (run === this.#run) {
        this.at = 'rest';
        this.trouble = troubleOf(thrown);
      }
      return;
    }
    this.#record(stream, context);
  }

  #record(stream: MediaStream, context: AudioContext): void {
    const heard = new Heard(context.sampleRate, LONGEST);
    const node = new AudioWorkletNode(context, 'earnest-pcm', { numberOfInputs: 1, numberOfOutputs: 1 });
    node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
      if (this.#heard !== heard) return;
      heard.take(data);
      this.level = heard.level;
      this.seconds = heard.seconds;
      if (heard.full) this.#full();
    };
    context.createMediaStreamSource(stream).connect(node);
    // It gives silence out: without a way out, nothing would pull sound through it.
    node.connect(context.destination);
    for (const track of stream.getAudioTracks()) track.onended = () => this.#full();
    [this.#stream, this.#context, this.#heard] = [stream, context, heard];
    [this.level, this.seconds, this.at] = [0, 0, 'recording'];
  }

  /** Stops, and returns what was heard; `null` where nothing was. */
  stop(): Blob | null {
    const heard = this.#heard;
    this.leave();
    return heard === null || heard.seconds === 0 ? null : heard.file();
  }

  /** Closes the microphone, and lets go of what it heard. */
  leave(): void {
    this.#run += 1;
    close(this.#stream);
    void this.#context?.close();
    [this.#stream, this.#context, this.#heard] = [null, null, null];
    [this.level, this.seconds, this.at] = [0, 0, 'rest'];
  }
}
