/** The page that a reader starts from: what waits for them, and the list of incidents. */

import { card } from './approvals.js';
import { byId, reconcile } from './dom.js';
import { row } from './incidents.js';

const NO_INCIDENTS = 'None yet. An alert opens the first one, and POST /trigger-test tries one out.';

/**
 * @typedef {object} Known
 * @property {import('./incidents.js').List} list
 * @property {import('./types').Proposal[]} proposals
 * @property {import('./types').Story | null} story
 * @property {string} failure why the page is not up to date; empty when it is
 * @property {boolean} isLoading nothing has been answered yet
 */

/**
 * @param {Known} known
 * @param {number | null} current the incident whose story is open
 * @param {(message: string) => void} onDecided
 */
export function drawOverview(known, current, onDecided) {
  const { list, proposals, failure } = known;
  note('waiting-note', proposals.length === 0, known, 'Nothing.');
  reconcile(byId('proposals'), proposals.map((proposal) => card(proposal, onDecided)));

  const table = byId('incidents');
  note('incidents-note', list.rows.length === 0, known, NO_INCIDENTS);
  table.hidden = list.rows.length === 0;
  reconcile(table.querySelector('tbody') ?? table, list.rows.map((incident) => row(incident, incident.id === current)));
  byId('retry').hidden = failure === '';
  byId('more').hidden = list.next === null;
}

/**
 * The line above a list: why it is empty or out of date, if it is.
 * @param {string} id
 * @param {boolean} isEmpty
 * @param {Known} known
 * @param {string} invitation what an empty list says
 */
function note(id, isEmpty, { isLoading, failure }, invitation) {
  const text = isEmpty && isLoading ? 'Loading…' : failure || (isEmpty ? invitation : '');
  const element = byId(id);
  element.dataset.tone = text === failure ? 'bad' : 'quiet';
  element.hidden = text === '';
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Known} known */
export function title({ proposals, story }) {
  const waiting = proposals.length === 0 ? '' : `(${proposals.length}) `;
  const place = story ? `${story.incident.alert_name} #${story.incident.id} · ` : '';
  return `${waiting}${place}AI SRE`;
}
