/** The story of one incident. Loaded when the first story is opened. */

import { facts, parameterFacts } from './approvals.js';
import { timer } from './clock.js';
import { h, reconcile } from './dom.js';
import { exact, moment, offset, percent, words } from './format.js';
import { address, stateMark } from './incidents.js';

/** @typedef {import('./types').Story} Story */
/** @typedef {{key: string, data: unknown, view: () => Element}} Item */

/**
 * @param {Element} article is filled, and changed where the story has changed
 * @param {Story} story
 * @param {Item[]} proposals those of this incident that wait for the reader
 */
export function showStory(article, story, proposals) {
  reconcile(article, [head(story.incident), ...proposals, { key: `body ${story.incident.id}`, data: null, view: body }]);
  const [timeline, known] = article.querySelectorAll('.timeline, .known');
  if (!timeline || !known) return;
  reconcile(timeline, story.timeline.map((line) => entry(line, story.incident.timestamp)));
  reconcile(known, sections(story));
}

const back = () => h('p', { class: 'back' }, h('a', { href: '#/' }, '← Incidents'));

const body = () => h('div', { class: 'columns' },
  h('section', { 'aria-label': 'Timeline' }, h('h3', {}, 'Timeline'), h('ol', { class: 'timeline' })),
  h('div', { class: 'known' }));

/**
 * @param {import('./types').Incident} incident
 * @returns {Item}
 */
function head(incident) {
  const { id, alert_name, state, severity, namespace, workload, pod, timestamp, description, conclusion } = incident;
  const view = () => h('header', {}, back(),
    h('h2', { tabindex: -1 }, alert_name, ' ', h('span', { class: 'quiet' }, `#${id}`)),
    facts([
      ['State', stateMark(state)], ['Severity', severity], ['Namespace', namespace],
      ...optional('Workload', workload), ...optional('Pod', pod),
      ['Opened', h('span', {}, moment(timestamp), ', ', timer('age', timestamp), ' ago')],
    ]),
    h('p', { class: 'conclusion' }, conclusion ?? `Still ${words(state)}.`),
    description && h('p', { class: 'quiet' }, description));
  return { key: `head ${id}`, data: [alert_name, state, namespace, workload, pod, conclusion], view };
}

/**
 * @param {Story['timeline'][number]} line
 * @param {string} opened
 * @returns {Item}
 */
function entry({ sequence, at, stage, summary }, opened) {
  return { key: String(sequence), data: summary, view: () => h('li', {},
    h('time', { datetime: at, title: exact(at) }, offset(Date.parse(at) - Date.parse(opened))),
    h('b', {}, stage), h('span', {}, summary)) };
}

/**
 * @param {Story} story
 * @returns {Item[]}
 */
function sections(story) {
  const { incident, decision, verdict, execution, verification, evidence } = story;
  const order = story.order ?? story.approval?.order;
  return [
    section('Decision', decision, (it) => [reasoning(it, incident), findings(it, evidence), considered(it), precedents(it)]),
    section('Policy', verdict, (it) => [h('ul', { class: 'rules' }, it.answers.map(rule))]),
    section(story.order ? 'Order' : 'Proposed order', order, orderFacts),
    section('Execution', execution, (it) => [h('p', {}, executed(it))]),
    section('Verification', verification, ({ verified, reason }) => [
      h('p', { class: 'tone', 'data-tone': verified ? 'good' : 'bad' }, reason)]),
    section('What the logs said', incident.logs, (it) => [h('pre', {}, it)]),
    section('Evidence', evidence, evidenceParts),
  ].flat();
}

/**
 * @template T
 * @param {string} title
 * @param {T | null | undefined} data
 * @param {(data: T) => any[]} parts
 * @returns {Item[]}
 */
function section(title, data, parts) {
  if (!data) return [];
  return [{ key: title, data, view: () => h('section', { 'aria-label': title }, h('h3', {}, title), ...parts(data)) }];
}

/**
 * @param {NonNullable<Story['decision']>} decision
 * @param {import('./types').Incident} incident
 */
function reasoning(decision, incident) {
  return [
    facts([['Decided by', incident.decided_by ?? '–'], ['Confidence', percent(decision.confidence)]]),
    h('p', {}, decision.reasoning),
    decision.modelAbsence && h('p', { class: 'quiet' }, decision.modelAbsence),
  ];
}

/**
 * Findings with the facts that they rest on.
 * @param {NonNullable<Story['decision']>} decision
 * @param {Story['evidence']} evidence
 */
function findings({ findings }, evidence) {
  const sources = new Map(evidence?.facts.map((fact) => [fact.id, fact.source]));
  return findings.length > 0 && [h('h4', {}, 'Findings'), h('ul', {}, findings.map(({ statement, facts }) =>
    h('li', {}, statement, facts.map((id) => [' ', h('code', { class: 'quiet', title: sources.get(id) }, id)]))))];
}

/** @param {NonNullable<Story['decision']>} decision */
function considered({ considered }) {
  return considered.length > 0 && [h('h4', {}, 'Considered'), h('ul', {}, considered.map(({ choice, score, rationale }) =>
    h('li', {}, h('code', {}, choice.act?._0.action ?? Object.keys(choice)[0]), ` ${percent(score)}: ${rationale}`)))];
}

/** @param {NonNullable<Story['decision']>} decision */
function precedents({ precedents }) {
  return precedents.length > 0 && [h('h4', {}, 'Precedents'), h('ul', {}, precedents.map((past) =>
    h('li', {}, h('a', { href: address(past.incident) }, `#${past.incident} ${past.alertName}`),
      `: ${past.action} ${past.verified ? 'fixed it' : 'did not help'}`)))];
}

/** @type {Record<string, [import('./format.js').Tone, string]>} */
const ANSWERS = { passes: ['good', 'passes'], needsApproval: ['ask', 'asks a person'], refuses: ['bad', 'refuses'] };

/** @param {{rule: string, answer: import('./types').Variant}} answer */
function rule({ rule, answer }) {
  const [name = '', value] = Object.entries(answer)[0] ?? [];
  const [tone, text] = ANSWERS[name] ?? ['quiet', name];
  return h('li', {}, h('span', { class: 'tone', 'data-tone': tone }, text), h('code', {}, rule), h('span', {}, value?._0));
}

/** @param {import('./types').Order} order */
function orderFacts({ action, target, parameters, preconditions, risk, verdictDigest }) {
  const path = [target.namespace, target.kind, target.name].filter(Boolean).join('/');
  return [h('p', {}, h('code', {}, action), ' ', h('code', {}, path)), facts([
    ['Risk', risk], ...parameterFacts(parameters), ['Only if uid', h('code', {}, target.uid)],
    ...digest('Only if template', preconditions.templateDigest), ...optional('Only if replicas', preconditions.replicas),
    ...digest('Verdict', verdictDigest),
  ])];
}

/**
 * @param {string} name
 * @param {string | number | null | undefined} value
 * @returns {[string, string][]}
 */
const optional = (name, value) => (value == null ? [] : [[name, String(value)]]);

/**
 * @param {string} name
 * @param {string | null | undefined} value
 * @returns {[string, Element][]}
 */
const digest = (name, value) => (value ? [[name, h('code', { title: value }, `${value.slice(0, 12)}…`)]] : []);

/** @param {import('./types').Variant} execution */
function executed({ done, refused, failed, unknown }) {
  if (done) return `Done by the agent${done._0.generation ? `, generation ${done._0.generation}` : ''}.`;
  if (refused) return `Refused by the agent (${refused._0.reason}): ${refused._0.detail}.`;
  return failed ? `Failed without effect: ${failed._0}.` : `Whether it had an effect is unknown: ${unknown?._0}.`;
}

/** @param {NonNullable<Story['evidence']>} evidence */
function evidenceParts({ facts, omissions, gatheredAt }) {
  return [
    omissions.length > 0 && h('ul', {}, omissions.map(({ what, why }) => h('li', {}, `Missing: ${what} (${why})`))),
    h('details', {}, h('summary', {}, `${facts.length} facts, gathered at ${moment(gatheredAt)}`),
      h('ul', {}, facts.map(({ id, source }) => h('li', {}, h('code', {}, id), ' ', source)))),
  ];
}
