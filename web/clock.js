/** Times that go on: ages and countdowns, by the server's clock. */

import { h } from './dom.js';
import { age, exact, left } from './format.js';

/** How far the server's clock is ahead of the browser's, in milliseconds. */
let lead = 0;

/**
 * Learns the server's time from an answer. It has whole seconds, so that small differences are left alone.
 * @param {string | null} date the header Date
 */
export function learnTime(date) {
  const difference = Date.parse(date ?? '') + 500 - Date.now();
  if (Number.isFinite(difference)) lead = Math.abs(difference) > 2000 ? difference : 0;
}

/** @param {string} iso */
function secondsSince(iso) {
  return (Date.now() + lead - Date.parse(iso)) / 1000;
}

/** @type {Record<string, (iso: string) => string>} */
const READINGS = {
  age: (iso) => age(secondsSince(iso)),
  left: (iso) => left(-secondsSince(iso)),
};

/**
 * @param {'age' | 'left'} reading
 * @param {string} iso
 */
export function timer(reading, iso) {
  return h('time', { datetime: iso, title: exact(iso), 'data-reading': reading }, READINGS[reading]?.(iso));
}

function tick() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll('time[data-reading]')) {
    const { dataset, dateTime } = /** @type {HTMLTimeElement} */ (element);
    const text = READINGS[dataset.reading ?? '']?.(dateTime) ?? '';
    if (element.textContent !== text) element.textContent = text;
  }
}

export function startClock() {
  setInterval(tick, 1000);
  document.addEventListener('visibilitychange', tick);
}
