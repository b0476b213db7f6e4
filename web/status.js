/** The line of the header: whether the stream, the cluster, the model and the agents are there. */

import { timer } from './clock.js';
import { byId, h, reconcile } from './dom.js';
import { plural } from './format.js';

/** Agents in trouble that are named one by one. */
const NAMED = 5;

/** @type {Record<import('./live.js').LinkState, [import('./format.js').Tone, string]>} */
const LINK = {
  connecting: ['quiet', 'connecting'],
  live: ['good', 'live'],
  reconnecting: ['warn', 'reconnecting'],
  offline: ['bad', 'offline: what you see may be out of date'],
};

/** @param {import('./live.js').LinkState} state */
export function showLink(state) {
  const [tone, text] = LINK[state];
  const line = byId('link');
  line.dataset.tone = tone;
  line.textContent = text;
  if (state === 'offline') byId('status').hidden = true;
}

/**
 * @param {import('./types').Health} health
 * @param {import('./types').Agent[] | null} agents null when they could not be asked for
 */
export function showStatus(health, agents) {
  const lines = agents ? [...healthLines(health), agentLine(agents), ...agentTroubles(agents)] : healthLines(health);
  const list = byId('status');
  list.hidden = false;
  reconcile(list, lines.map(([tone, ...text]) => ({
    key: String(text[0]), data: [tone, text.map(dataOf)], view: () => h('li', { class: 'tone', 'data-tone': tone }, ...text),
  })));
}

/** @param {string | Element} part */
function dataOf(part) {
  return typeof part === 'string' ? part : part.getAttribute('datetime');
}

/**
 * @param {import('./types').Health} health
 * @returns {[import('./format.js').Tone, ...string[]][]}
 */
function healthLines(health) {
  return [
    health.database ? ['good', 'database'] : ['bad', 'database does not answer'],
    health.k8s ? ['good', 'Kubernetes'] : ['bad', 'Kubernetes does not answer'],
    health.groq ? ['good', 'model'] : ['quiet', 'no model: runbooks decide'],
    health.auto_action ? ['good', 'acts alone within policy'] : ['quiet', 'asks before every act'],
  ];
}

/**
 * @param {import('./types').Agent[]} agents
 * @returns {[import('./format.js').Tone, string]}
 */
function agentLine(agents) {
  if (agents.length === 0) return ['bad', 'no agent is connected'];
  const connected = agents.filter((agent) => agent.connected).length;
  const pods = agents.reduce((sum, agent) => sum + (agent.pods ?? 0), 0);
  const notReady = agents.reduce((sum, agent) => sum + (agent.pods_not_ready ?? 0), 0);
  const count = connected === agents.length ? plural(connected, 'agent') : `${connected} of ${plural(agents.length, 'agent')}`;
  const trouble = notReady === 0 ? '' : `, ${notReady} not ready`;
  return [connected === agents.length ? 'good' : 'warn', `${count}, ${plural(pods, 'pod')}${trouble}`];
}

/**
 * @param {import('./types').Agent[]} agents
 * @returns {[import('./format.js').Tone, ...(string | Element)[]][]}
 */
function agentTroubles(agents) {
  const silent = agents.filter((agent) => !agent.connected);
  const impaired = agents.filter((agent) => agent.connected && agent.impairments.length > 0);
  return [
    ...silent.slice(0, NAMED).map((agent) => /** @type {any} */ (
      ['warn', `agent of ${agent.namespace} was last heard of `, timer('age', agent.last_contact), ' ago'])),
    ...impaired.slice(0, NAMED).map((agent) => /** @type {any} */ (
      ['warn', `agent of ${agent.namespace}: ${agent.impairments.join('; ')}`])),
  ];
}
