//! Where the person is: a path in the hash, so that the same bundle works from any address.

/** The place of the page, and how to get to others. */
class Route {
  #prefix = '';
  #hash = $state(typeof location === 'undefined' ? '' : location.hash);

  constructor() {
    if (typeof window === 'undefined') return;
    window.addEventListener('hashchange', () => {
      this.#hash = location.hash;
    });
  }

  /** Everything happens below `prefix`: a story's own place. */
  below(prefix: string): void {
    this.#prefix = prefix;
  }

  /** The path, from "/". */
  get path(): string {
    const path = this.#hash.replace(/^#/, '');
    const own = path.startsWith(this.#prefix) ? path.slice(this.#prefix.length) : path;
    return own === '' ? '/' : own;
  }

  /** The parts of the path: "/devices/watch" is ["devices", "watch"]. */
  get parts(): string[] {
    return this.path
      .split('/')
      .filter((part) => part !== '')
      .map((part) => {
        try {
          return decodeURIComponent(part);
        } catch {
          return part;
        }
      });
  }

  /** The address of a path. */
  href(path: string): string {
    return `#${this.#prefix}${path}`;
  }

  /** Goes to a path; `replace` leaves no trace in the browser's history. */
  go(path: string, how: 'push' | 'replace' = 'push'): void {
    if (how === 'replace') {
      history.replaceState(null, '', this.href(path));
      this.#hash = location.hash;
    } else {
      location.hash = this.href(path);
    }
  }
}

/** The one route of the page. */
export const route = new Route();
