/** The list of incidents: how it changes, and how its rows look. Pure. */

import { timer } from './clock.js';
import { h } from './dom.js';
import { percent, tone, words } from './format.js';

/** @typedef {import('./types').Incident} Incident */
/** @typedef {{rows: Incident[], next: number | null}} List newest first; `next` asks for the page after the last row */

/** Rows that are kept; older ones can be loaded again. */
const LIMIT = 1000;

const NONE = '–';

/** @type {List} */
export const emptyList = { rows: [], next: null };

/**
 * @param {Incident | undefined} ours
 * @param {Incident} theirs
 */
function newer(ours, theirs) {
  return ours && ours.updated_at > theirs.updated_at ? ours : theirs;
}

/**
 * The first page, read anew: it replaces everything but what the stream told while it was under way.
 * @param {List} list
 * @param {import('./types').IncidentPage} page
 * @returns {List}
 */
export function refreshed(list, page) {
  const known = new Map(list.rows.map((row) => [row.id, row]));
  const first = page.incidents[0]?.id ?? 0;
  const arrived = list.rows.filter((row) => row.id > first);
  return { rows: [...arrived, ...page.incidents.map((row) => newer(known.get(row.id), row))], next: page.next ?? null };
}

/**
 * @param {List} list
 * @param {import('./types').IncidentPage} page
 * @returns {List}
 */
export function extended(list, page) {
  const last = list.rows.at(-1)?.id ?? Infinity;
  return { rows: [...list.rows, ...page.incidents.filter((row) => row.id < last)], next: page.next ?? null };
}

/**
 * @param {List} list
 * @param {Incident} incident as the stream told it
 * @returns {List}
 */
export function updated(list, incident) {
  const isBeyond = list.next !== null && incident.id < list.next;
  if (isBeyond) return list;
  const present = list.rows.find((row) => row.id === incident.id);
  const others = list.rows.filter((row) => row.id !== incident.id);
  const place = others.findIndex((row) => row.id < incident.id);
  const rows = others.toSpliced(place < 0 ? others.length : place, 0, newer(present, incident));
  return rows.length <= LIMIT ? { ...list, rows } : { rows: rows.slice(0, LIMIT), next: rows[LIMIT - 1]?.id ?? null };
}

/** @param {number} id */
export const address = (id) => `#/incidents/${id}`;

/**
 * @param {Incident} incident
 * @param {boolean} isCurrent whether its story is open beside the list
 */
export function row(incident, isCurrent) {
  const { id, state, alert_name, workload, namespace, action_taken, verified, confidence, timestamp } = incident;
  const data = { state, alert_name, workload, namespace, action_taken, verified, confidence, isCurrent };
  const onclick = (/** @type {MouseEvent} */ event) => follow(event, id);
  const view = () => h('tr', { role: 'row', 'aria-current': isCurrent && 'true', onclick },
    cell('State', stateMark(state)),
    cell('Alert', h('a', { href: address(id) }, alert_name), ' ', h('span', { class: 'quiet' }, `#${id}`)),
    cell('Workload', workload ?? incident.pod ?? NONE),
    cell('Namespace', namespace),
    cell('Action taken', action_taken ? h('code', {}, action_taken) : NONE),
    cell('Verified', verifiedMark(verified)),
    cell('Confidence', percent(confidence)),
    cell('Age', timer('age', timestamp)));
  return { key: String(id), data, view };
}

/** @param {string} state */
export function stateMark(state) {
  return h('span', { class: 'tone', 'data-tone': tone(state) }, words(state));
}

/** @param {boolean | null | undefined} verified */
function verifiedMark(verified) {
  if (verified == null) return NONE;
  return h('span', { class: 'tone', 'data-tone': verified ? 'good' : 'bad' }, verified ? 'yes' : 'no');
}

/**
 * @param {string} name
 * @param {...any} content
 */
function cell(name, ...content) {
  return h('td', { role: 'cell', 'data-name': name, class: content[0] === NONE && 'none' }, ...content);
}

/**
 * The whole row leads to the story, unless text is being selected.
 * @param {MouseEvent} event
 * @param {number} id
 */
function follow(event, id) {
  const onLink = event.target instanceof Element && event.target.closest('a');
  if (!onLink && getSelection()?.isCollapsed !== false) location.hash = address(id);
}
