/** Puts the console together: what is known, where it comes from, and when it is shown. */

import { call } from './api.js';
import { card } from './approvals.js';
import { startClock } from './clock.js';
import { coalesced } from './coalesced.js';
import { byId, h } from './dom.js';
import { words } from './format.js';
import { emptyList, extended, refreshed, updated } from './incidents.js';
import { LiveLink } from './live.js';
import { focusAfter, focusOn, incidentInAddress, layout } from './navigation.js';
import { drawOverview, title } from './overview.js';
import { prepareForm, showForm, signInFromAddress, signOut } from './session.js';
import { showLink, showStatus } from './status.js';

const PAGE = 50;
const LARGEST_PAGE = 200;
const STATUS_INTERVAL = 15_000;
/** States that are told to those who do not see them. */
const NEWS = new Set(['awaiting_approval', 'resolved', 'escalated', 'failed']);

/** @returns {import('./overview.js').Known} */
const nothing = () => ({ list: emptyList, proposals: [], story: null, failure: '', isLoading: true });
let known = nothing();
/** @type {boolean | null} null until the first answer */
let isSignedIn = null;
let current = incidentInAddress();
/** @type {typeof import('./incident.js') | null} */
let stories = null;

const loadIncidents = coalesced(async () => {
  const limit = Math.min(LARGEST_PAGE, Math.max(PAGE, known.list.rows.length));
  known.list = refreshed(known.list, await call('GET', `/incidents?limit=${limit}`));
  isSignedIn = true;
  draw();
});

const loadProposals = coalesced(async () => {
  known.proposals = (await call('GET', '/pending')).pending;
  draw();
});

const loadStory = coalesced(async () => {
  const id = current;
  if (id === null) return;
  try {
    const [view, story] = await Promise.all([import('./incident.js'), call('GET', `/incidents/${id}`)]);
    if (id !== current) return;
    [stories, known.story] = [view, story];
    draw();
  } catch (error) {
    if (id === current && !known.story) storyNote(/** @type {Error} */ (error).message);
    if (/** @type {any} */ (error).status !== 404) throw error;
  }
});

const loadStatus = coalesced(async () => {
  const health = call('GET', '/health').catch((error) => error.body ?? Promise.reject(error));
  const agents = call('GET', '/agents').catch((error) => (error.status >= 500 ? { agents: null } : Promise.reject(error)));
  const [answer, list] = await Promise.all([health, agents]);
  if (isSignedIn) showStatus(answer, list.agents);
});

async function catchUp() {
  try {
    await Promise.all([loadIncidents(), loadProposals(), loadStory(), loadStatus()]);
    known.failure = '';
  } catch (error) {
    known.failure = /** @type {Error} */ (error).message;
    throw error;
  } finally {
    known.isLoading = false;
    draw();
  }
}

async function loadMore() {
  const button = /** @type {HTMLButtonElement} */ (byId('more'));
  const { next } = known.list;
  button.disabled = true;
  await call('GET', `/incidents?limit=${PAGE}&before=${next}`)
    .then((page) => { if (known.list.next === next) known.list = extended(known.list, page); }, announceError);
  button.disabled = false;
  draw();
}

/** @param {import('./types').Incident} incident */
function onIncident(incident) {
  const before = known.list.rows.find((each) => each.id === incident.id);
  known.list = updated(known.list, incident);
  if (before?.state !== incident.state) {
    const { id, alert_name, state } = incident;
    if (!before || NEWS.has(state)) announce(`Incident ${id}, ${alert_name}: ${words(state)}`);
    loadProposals().catch(announceError);
  }
  onTimeline({ incident: incident.id });
  draw();
}

/** @param {{incident: number}} line */
function onTimeline({ incident }) {
  if (incident === current) loadStory().catch(announceError);
}

const link = new LiveLink({ onState: showLink, catchUp, events: { incident: onIncident, timeline: onTimeline } });

/** @param {string} text */
function announce(text) {
  byId('announcer').textContent = text;
}

/** @param {Error} error */
function announceError(error) {
  announce(error.message);
}

let isDrawing = false;
/** Shows what is known, once a frame at most. */
function draw() {
  document.title = title(known);
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    if (!isSignedIn) return;
    layout(isSignedIn, current);
    drawOverview(known, current, onDecided);
    if (known.story) stories?.showStory(byId('story'), known.story, ownProposals().map((each) => card(each, onDecided)));
  });
}

function ownProposals() {
  return known.proposals.filter((proposal) => proposal.incident === current);
}

/** @param {string} text */
function storyNote(text) {
  byId('story').replaceChildren(h('p', {}, h('a', { href: '#/' }, '← Incidents')), h('h2', { tabindex: -1 }, text));
}

/** @param {string} message */
function onDecided(message) {
  announce(message);
  loadProposals().catch(announceError);
  focusOn(current === null ? '#waiting-title' : '#story h2');
}

async function onAddress() {
  if (new URLSearchParams(location.hash.slice(1)).has('token')) return signInFromAddress().then(start);
  const before = current;
  current = incidentInAddress();
  known.story = null;
  if (current !== null) storyNote('Loading…');
  layout(isSignedIn, current);
  draw();
  if (!isSignedIn) return;
  await loadStory().catch(announceError);
  requestAnimationFrame(() => focusAfter(before, current));
}

async function start() {
  known = nothing();
  try {
    await loadIncidents();
  } catch (error) {
    if (/** @type {any} */ (error).status === 401) return;
    isSignedIn = true;
  }
  showForm(false);
  layout(isSignedIn, current);
  link.open();
}

function stop() {
  link.close();
  isSignedIn = false;
  known = nothing();
  for (const element of document.querySelectorAll('#proposals, #story, #status, #incidents tbody')) element.replaceChildren();
  document.querySelector('dialog')?.close();
  document.title = title(known);
  layout(isSignedIn, current);
  showForm(true);
}

function checkStatus() {
  if (isSignedIn) loadStatus().catch((error) => error.status === 0 && link.reset());
}

byId('retry').addEventListener('click', () => link.open());
byId('more').addEventListener('click', loadMore);
byId('sign-out').addEventListener('click', () => signOut().then(stop, announceError));
window.addEventListener('signed-out', stop);
window.addEventListener('hashchange', onAddress);
document.addEventListener('visibilitychange', () => document.hidden || checkStatus());
setInterval(checkStatus, STATUS_INTERVAL);
prepareForm(start);
startClock();
layout(isSignedIn, current);
await signInFromAddress();
await start();
