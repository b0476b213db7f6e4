/** The event stream: what happens, as it happens. */

/** @typedef {'connecting' | 'live' | 'reconnecting' | 'offline'} LinkState */

const FIRST_DELAY = 1000;
const LONGEST_DELAY = 30_000;
/** Failures in a row after which the reader is told that the page is no longer up to date. */
const PATIENCE = 2;

export class LiveLink {
  /** @type {EventSource | null} */
  #source = null;
  #failures = 0;
  /** @type {number | undefined} */
  #timer;
  #handlers;

  /**
   * @param {object} handlers
   * @param {(state: LinkState) => void} handlers.onState
   * @param {() => Promise<void>} handlers.catchUp Reads everything anew: what came while there was no stream is not in it.
   *   Rejects when the control plane cannot be reached.
   * @param {Record<string, (data: any) => void>} handlers.events by name
   */
  constructor(handlers) {
    this.#handlers = handlers;
    window.addEventListener('online', () => this.#timer && this.open());
    window.addEventListener('offline', () => this.#source && this.#fail());
  }

  open() {
    this.close();
    const source = new EventSource('/events');
    this.#source = source;
    source.onopen = () => {
      this.#failures = 0;
      this.#handlers.onState('live');
      this.#handlers.catchUp().catch(() => this.#source === source && this.#fail());
    };
    source.onerror = () => this.#fail();
    for (const [name, handle] of Object.entries(this.#handlers.events)) {
      source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
    }
  }

  close() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#source?.close();
    this.#source = null;
  }

  /** The stream is broken, though the browser may not know it yet. */
  reset() {
    if (this.#source) this.#fail();
  }

  #fail() {
    this.close();
    this.#failures += 1;
    this.#handlers.onState(this.#failures > PATIENCE || !navigator.onLine ? 'offline' : 'reconnecting');
    const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (this.#failures - 1));
    this.#timer = setTimeout(() => this.#retry(), Math.random() * longest);
  }

  /** A request tells why it was refused, which a stream does not; and where only the stream fails, the page stays up to date. */
  async #retry() {
    const timer = this.#timer;
    try {
      await this.#handlers.catchUp();
      if (this.#timer === timer && timer !== undefined) this.open();
    } catch {
      if (this.#timer === timer && timer !== undefined) this.#fail();
    }
  }
}
