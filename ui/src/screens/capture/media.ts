//! The camera and the microphone of this device: opened when the person says so, closed when they leave.

/** Why one of them does not open. */
export type MediaTrouble = 'missing' | 'refused' | 'none' | 'taken' | 'failed';

/** Whether this window can use them at all: some web views cannot, and no page that came over a plain network may. */
export function usable(): boolean {
  return typeof navigator !== 'undefined' && typeof navigator.mediaDevices?.getUserMedia === 'function';
}

/** What a refusal means (Media Capture and Streams, section 10.2). */
export function troubleOf(thrown: unknown): MediaTrouble {
  const name = typeof thrown === 'object' && thrown !== null && 'name' in thrown ? thrown.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'refused';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
    case 'AbortError':
      return 'taken';
    case 'NotSupportedError':
      return 'missing';
    default:
      return 'failed';
  }
}

/** Switches everything of a stream off. */
export function close(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** The cameras that there are; their number is known only after one was allowed. */
export async function cameras(): Promise<string[]> {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter(({ kind }) => kind === 'videoinput').map(({ deviceId }) => deviceId);
}

/** Opens a camera: that one, or the one that looks away from the person. */
export function openCamera(id: string | null): Promise<MediaStream> {
  const which = id === null ? { facingMode: { ideal: 'environment' } } : { deviceId: { exact: id } };
  return navigator.mediaDevices.getUserMedia({
    video: { ...which, width: { ideal: 1920 }, height: { ideal: 1440 } },
    audio: false,
  });
}

/** Opens the microphone, as it hears: what is made for calls would take the surroundings away. */
export function openMicrophone(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    video: false,
  });
}

/** What a video shows now, as a photo; `null` before it shows anything. */
export function still(video: HTMLVideoElement): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext('2d');
  if (context === null || canvas.width === 0 || canvas.height === 0) return Promise.resolve(null);
  context.drawImage(video, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
}
