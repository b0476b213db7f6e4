/**
 * Work that is asked for while it runs is done once more afterwards, however often it was asked for.
 * @param {() => Promise<void>} work
 * @returns {() => Promise<void>} settles when the work that covers this call has ended
 */
export function coalesced(work) {
  /** @type {Promise<void> | null} */
  let running = null;
  let isWantedAgain = false;
  const run = async () => {
    try {
      do {
        isWantedAgain = false;
        await work();
      } while (isWantedAgain);
    } finally {
      running = null;
    }
  };
  return () => {
    isWantedAgain = running !== null;
    running ??= run();
    return running;
  };
}
