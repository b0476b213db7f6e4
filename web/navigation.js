/** Where in the console the reader is, by the address: `#/` or `#/incidents/7`. */

import { byId } from './dom.js';
import { address } from './incidents.js';

/** @returns {number | null} the incident whose story is asked for */
export function incidentInAddress() {
  const match = /^#\/incidents\/(\d{1,15})$/.exec(location.hash);
  return match ? Number(match[1]) : null;
}

/**
 * @param {boolean | null} isSignedIn null while it is not known
 * @param {number | null} current the incident whose story is open
 */
export function layout(isSignedIn, current) {
  const isOut = isSignedIn === false;
  document.body.dataset.view = isOut ? 'signed-out' : current === null ? 'overview' : 'story';
  byId('overview').hidden = byId('link').hidden = isOut;
  byId('sign-out').hidden = !isSignedIn;
  byId('story').hidden = isOut || current === null;
}

/**
 * Puts the focus where reading goes on: on the story's title, or back on the row that it was opened from.
 * @param {number | null} before
 * @param {number | null} current
 */
export function focusAfter(before, current) {
  const selector = current === null ? `#incidents a[href="${address(before ?? 0)}"]` : '#story h2';
  focusOn(selector);
}

/** @param {string} selector */
export function focusOn(selector) {
  const place = document.querySelector(selector);
  if (place instanceof HTMLElement) place.focus();
}
