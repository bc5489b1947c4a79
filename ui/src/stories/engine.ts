//! An engine without an engine: it answers from a world that a story sets up, and does what the screens ask of it there.

import type { Commands, Event, GrantView, QuestCard } from '../engine/contract';
import {
  EngineError,
  type CommandName,
  type Connection,
  type Engine,
  type Listener,
  type Reply,
  type Request,
} from '../engine/engine';
import { judged, keptOf, originalOf, sharedOf } from './captures';
import { HOUR, NOW, pairing, RECEIPT, sampleDevice, type World } from './world';

/** How a story's engine behaves. */
export interface Behaviour {
  /** Questions that never come back. */
  silent?: readonly CommandName[];
  /** Questions that fail, with a code. */
  failing?: Partial<Record<CommandName, string>>;
  connection?: Connection;
  /** A question that is answered once, and then to nobody: the node was started anew. */
  refusesAfterFirst?: CommandName;
  /** What the checks make of whatever is taken. */
  judged?: keyof typeof judged;
}

/** The engine of a story. */
export class StoryEngine implements Engine {
  readonly world: World;
  readonly #behaviour: Behaviour;
  #answered = false;
  #checked: Reply<'check_capture'> | null = null;
  #deleted: Reply<'captures_kept'> | null = null;
  readonly #listeners = new Set<Listener>();

  constructor(world: World, behaviour: Behaviour = {}) {
    this.world = world;
    this.#behaviour = behaviour;
  }

  /** Lets something happen. */
  emit(event: Event): void {
    for (const listener of this.#listeners) listener.event(event);
  }

  events(listener: Listener): () => void {
    this.#listeners.add(listener);
    const connection = this.#behaviour.connection ?? 'up';
    queueMicrotask(() => listener.connection(connection));
    return () => this.#listeners.delete(listener);
  }

  async call<N extends CommandName>(name: N, request: Request<N>): Promise<Reply<N>> {
    if (this.#behaviour.silent?.includes(name)) {
      if (name === 'check_capture') {
        const { run } = request as Request<'check_capture'>;
        this.emit({ event: 'checking', run, check: 'Whether it is clear', done: 1, all: 4 });
        this.emit({ event: 'checking', run: 'of another page', check: 'Whether it is loud', done: 3, all: 9 });
      }
      return new Promise(() => undefined);
    }
    if (name === this.#behaviour.refusesAfterFirst) {
      if (this.#answered) throw new EngineError('unauthorised', '');
      this.#answered = true;
    }
    const code = this.#behaviour.failing?.[name];
    if (code !== undefined) throw new EngineError(code, '');
    return structuredClone(this.#answer(name, request)) as Reply<N>;
  }

  #answer(name: CommandName, request: unknown): unknown {
    const world = this.world;
    switch (name) {
      case 'person':
        return world.person;
      case 'set_name':
        world.person = { ...world.person, name: (request as Commands['set_name']['request']).name };
        return world.person;
      case 'today':
        return world.today;
      case 'devices':
        return world.devices;
      case 'sharing':
        return world.sharing;
      case 'history':
        return world.history;
      case 'pair_mqtt':
        return pairing;
      case 'pair_sample':
        world.devices = { ...world.devices, devices: [sampleDevice(), ...world.devices.devices] };
        world.today = { ...world.today, devices: 1 };
        return world.devices;
      case 'rename_device': {
        const { device, name } = request as Commands['rename_device']['request'];
        world.devices = {
          ...world.devices,
          devices: world.devices.devices.map((one) => (one.id === device ? { ...one, name } : one)),
        };
        return world.devices;
      }
      case 'renew_credential': {
        const { device } = request as Commands['renew_credential']['request'];
        return { ...pairing, device, username: device };
      }
      case 'set_sample_running': {
        const { device, running } = request as Commands['set_sample_running']['request'];
        world.devices = {
          ...world.devices,
          devices: world.devices.devices.map((one) =>
            one.id === device ? { ...one, sample_running: running, health: running ? 'listening' : 'resting' } : one,
          ),
        };
        return world.devices;
      }
      case 'check_capture':
        return this.#check(request as Commands['check_capture']['request']);
      case 'discard_capture':
        return {};
      case 'keep_capture': {
        const { name } = request as Commands['keep_capture']['request'];
        const checked = this.#checked ?? judged.words();
        const others = world.captures.captures.filter((one) => one.id !== checked.id);
        world.captures = { captures: [keptOf(checked, name), ...others] };
        return world.captures;
      }
      case 'captures_kept':
        return world.captures;
      case 'shared_capture': {
        const { id } = request as Commands['shared_capture']['request'];
        const shared = sharedOf(id) ?? this.#checked?.shared;
        if (!shared) throw new EngineError('unknown_capture', '');
        return shared;
      }
      case 'original_capture': {
        const { id } = request as Commands['original_capture']['request'];
        const original = originalOf(id);
        if (!original) throw new EngineError('unknown_capture', '');
        return original;
      }
      case 'delete_capture': {
        const { id } = request as Commands['delete_capture']['request'];
        this.#deleted = world.captures;
        world.captures = { captures: world.captures.captures.filter((one) => one.id !== id) };
        return world.captures;
      }
      case 'restore_capture':
        world.captures = this.#deleted ?? world.captures;
        return world.captures;
      case 'grant_consent':
        return this.#grant();
      case 'withdraw_consent':
        return this.#withdraw();
      case 'undo':
        return this.#undo((request as Commands['undo']['request']).contribution);
      default:
        throw new EngineError('not_found', name);
    }
  }

  /** Answers with what the story says of such a capture. */
  #check(request: Commands['check_capture']['request']): Reply<'check_capture'> {
    this.#checked = judged[this.#behaviour.judged ?? (request.kind === 'photo' ? 'photo' : 'words')]();
    return this.#checked;
  }

  #undo(contribution: string): Reply<'undo'> {
    const world = this.world;
    const items = world.history.items.map((one) =>
      one.contribution === contribution
        ? { ...one, state: 'withdrawn' as const, ledger: { ...one.ledger, undone_at: NOW } }
        : one,
    );
    world.history = { ...world.history, items };
    const undone = items.find((one) => one.contribution === contribution);
    if (undone === undefined) throw new EngineError('unknown_contribution', '');
    return undone;
  }

  #grant(): GrantView {
    const world = this.world;
    world.sharing = {
      ...world.sharing,
      asks: world.sharing.asks.map((ask) => ({ ...ask, receipt: RECEIPT, granted_until: ask.until })),
    };
    world.today = { ...world.today, quests: world.today.quests.map(sendIt) };
    return view('active');
  }

  #withdraw(): Reply<'withdraw_consent'> {
    const world = this.world;
    world.sharing = {
      ...world.sharing,
      asks: world.sharing.asks.map((ask) => ({ ...ask, receipt: null, granted_until: null })),
      grants: [view('withdrawn')],
    };
    return { grant: view('withdrawn'), stopped: 0, to_erase: world.sharing.left.length };
  }
}

function sendIt(quest: QuestCard): QuestCard {
  return quest.state.state === 'needs_consent' ? { ...quest, state: { state: 'sending' } } : quest;
}

function view(state: GrantView['state']): GrantView {
  return {
    receipt: RECEIPT,
    grant: {
      purpose: 'activity-research',
      purpose_text: 'learning how people move',
      streams: ['acceleration', 'angular_velocity'],
      devices: 'all',
      precision: 'summary',
      recipient: 'home-hub',
      retention_days: 90,
      from: NOW - 24 * HOUR,
      until: NOW + 90 * 24 * HOUR,
    },
    given_at: NOW - HOUR,
    state,
    withdrawn_at: state === 'withdrawn' ? NOW : null,
  };
}
