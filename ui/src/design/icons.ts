//! The one icon set: Phosphor (MIT), regular; filled when selected or when it is a mark on a chip. Drawn from the path alone, so that no
//! text becomes markup.

import arrowClockwise from '@phosphor-icons/core/assets/regular/arrow-clockwise.svg?raw';
import arrowUpRight from '@phosphor-icons/core/assets/bold/arrow-up-right-bold.svg?raw';
import camera from '@phosphor-icons/core/assets/regular/camera.svg?raw';
import caretDown from '@phosphor-icons/core/assets/bold/caret-down-bold.svg?raw';
import caretLeft from '@phosphor-icons/core/assets/regular/caret-left.svg?raw';
import caretRight from '@phosphor-icons/core/assets/regular/caret-right.svg?raw';
import check from '@phosphor-icons/core/assets/bold/check-bold.svg?raw';
import clockFill from '@phosphor-icons/core/assets/fill/clock-counter-clockwise-fill.svg?raw';
import clock from '@phosphor-icons/core/assets/regular/clock-counter-clockwise.svg?raw';
import coins from '@phosphor-icons/core/assets/fill/coins-fill.svg?raw';
import copy from '@phosphor-icons/core/assets/regular/copy.svg?raw';
import desktop from '@phosphor-icons/core/assets/regular/desktop.svg?raw';
import file from '@phosphor-icons/core/assets/regular/file.svg?raw';
import footprints from '@phosphor-icons/core/assets/regular/footprints.svg?raw';
import hand from '@phosphor-icons/core/assets/regular/hand-palm.svg?raw';
import heartbeat from '@phosphor-icons/core/assets/regular/heartbeat.svg?raw';
import home from '@phosphor-icons/core/assets/fill/house-simple-fill.svg?raw';
import hourglass from '@phosphor-icons/core/assets/regular/hourglass-medium.svg?raw';
import info from '@phosphor-icons/core/assets/regular/info.svg?raw';
import key from '@phosphor-icons/core/assets/regular/key.svg?raw';
import microphone from '@phosphor-icons/core/assets/regular/microphone.svg?raw';
import moon from '@phosphor-icons/core/assets/regular/moon.svg?raw';
import pause from '@phosphor-icons/core/assets/fill/pause-fill.svg?raw';
import pencil from '@phosphor-icons/core/assets/regular/note-pencil.svg?raw';
import person from '@phosphor-icons/core/assets/regular/person.svg?raw';
import place from '@phosphor-icons/core/assets/regular/map-pin.svg?raw';
import play from '@phosphor-icons/core/assets/fill/play-fill.svg?raw';
import plugs from '@phosphor-icons/core/assets/regular/plugs.svg?raw';
import plus from '@phosphor-icons/core/assets/bold/plus-bold.svg?raw';
import qrCode from '@phosphor-icons/core/assets/regular/qr-code.svg?raw';
import question from '@phosphor-icons/core/assets/regular/question.svg?raw';
import recording from '@phosphor-icons/core/assets/regular/vinyl-record.svg?raw';
import running from '@phosphor-icons/core/assets/regular/person-simple-run.svg?raw';
import seal from '@phosphor-icons/core/assets/fill/seal-check-fill.svg?raw';
import sharingFill from '@phosphor-icons/core/assets/fill/arrows-left-right-fill.svg?raw';
import sharing from '@phosphor-icons/core/assets/regular/arrows-left-right.svg?raw';
import shield from '@phosphor-icons/core/assets/regular/shield-check.svg?raw';
import stop from '@phosphor-icons/core/assets/fill/stop-fill.svg?raw';
import sun from '@phosphor-icons/core/assets/regular/sun.svg?raw';
import todayFill from '@phosphor-icons/core/assets/fill/sun-horizon-fill.svg?raw';
import today from '@phosphor-icons/core/assets/regular/sun-horizon.svg?raw';
import trash from '@phosphor-icons/core/assets/regular/trash.svg?raw';
import turning from '@phosphor-icons/core/assets/regular/arrows-clockwise.svg?raw';
import undo from '@phosphor-icons/core/assets/regular/arrow-counter-clockwise.svg?raw';
import walking from '@phosphor-icons/core/assets/regular/person-simple-walk.svg?raw';
import warning from '@phosphor-icons/core/assets/fill/warning-fill.svg?raw';
import watchFill from '@phosphor-icons/core/assets/fill/watch-fill.svg?raw';
import watch from '@phosphor-icons/core/assets/regular/watch.svg?raw';
import wave from '@phosphor-icons/core/assets/regular/waveform.svg?raw';
import ball from '@phosphor-icons/core/assets/regular/tennis-ball.svg?raw';
import x from '@phosphor-icons/core/assets/bold/x-bold.svg?raw';

const FILES = {
  again: arrowClockwise,
  back: caretLeft,
  ball,
  camera,
  check,
  clock,
  'clock-fill': clockFill,
  close: x,
  coins,
  copy,
  desktop,
  down: caretDown,
  file,
  footprints,
  forward: caretRight,
  hand,
  heartbeat,
  home,
  hourglass,
  info,
  key,
  microphone,
  moon,
  out: arrowUpRight,
  pause,
  pencil,
  person,
  place,
  play,
  plugs,
  plus,
  qr: qrCode,
  question,
  recording,
  running,
  seal,
  sharing,
  'sharing-fill': sharingFill,
  shield,
  stop,
  sun,
  today,
  'today-fill': todayFill,
  trash,
  turning,
  undo,
  walking,
  warning,
  watch,
  'watch-fill': watchFill,
  wave,
} as const;

/** The name of an icon. */
export type IconName = keyof typeof FILES;

/** All names, for the page of the design system. */
export const ICON_NAMES = Object.keys(FILES) as IconName[];

const paths = new Map<IconName, string>();

/** The outline of an icon on a square of 256. */
export function pathOf(name: IconName): string {
  let path = paths.get(name);
  if (path === undefined) {
    path = [...FILES[name].matchAll(/<path d="([^"]+)"/g)].map((match) => match[1] ?? '').join(' ');
    paths.set(name, path);
  }
  return path;
}
