/** Proposals that wait for a person, and the person's answer. */

import { call } from './api.js';
import { timer } from './clock.js';
import { h } from './dom.js';
import { percent } from './format.js';
import { address } from './incidents.js';

/** @typedef {import('./types').Proposal} Proposal */
/** @typedef {(message: string) => void} OnDecided */

/**
 * @param {Proposal} proposal
 * @param {OnDecided} onDecided
 */
export function card(proposal, onDecided) {
  const view = () => h('section', { class: 'card', 'aria-label': `Proposal for incident ${proposal.incident}` },
    h('div', {},
      h('h3', {}, h('code', {}, proposal.action), ' ', h('code', {}, proposal.target)),
      facts([...terms(proposal), ['Incident', h('a', { href: address(proposal.incident) }, `#${proposal.incident}`)]]),
      proposal.reasoning && h('p', {}, proposal.reasoning),
      h('p', { class: 'quiet' }, `You are asked because ${proposal.reasons.join('; ')}.`)),
    h('p', { class: 'actions' },
      h('button', { class: 'primary', type: 'button', onclick: () => ask(proposal, approval, onDecided) }, 'Approve…'),
      h('button', { type: 'button', onclick: () => ask(proposal, rejection, onDecided) }, 'Reject…')));
  return { key: proposal.id, data: proposal, view };
}

/**
 * @param {Proposal} proposal
 * @returns {[string, string | Element][]}
 */
function terms({ risk, confidence, parameters, expires_at }) {
  return [
    ['Risk', risk === 'high' ? h('span', { class: 'tone', 'data-tone': 'warn' }, risk) : risk],
    ['Confidence', percent(confidence)],
    ...parameterFacts(parameters),
    ['Expires', timer('left', expires_at)],
  ];
}

/** @param {import('./types').Parameters} parameters */
export function parameterFacts(parameters) {
  return Object.entries(parameters).filter(([, value]) => value != null)
    .map(([name, value]) => /** @type {[string, string]} */ ([`To ${name}`, String(value)]));
}

/** @param {[string, string | Element][]} pairs */
export function facts(pairs) {
  return h('dl', { class: 'facts' }, pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

/** @typedef {{verb: string, path: string, done: string, hasReason: boolean}} Answer */
/** @type {Answer} */
const approval = { verb: 'Approve', path: '/approve/', done: 'approved', hasReason: false };
/** @type {Answer} */
const rejection = { verb: 'Reject', path: '/reject/', done: 'rejected', hasReason: true };

/**
 * Asks once more, so that a list which moves under the pointer approves nothing.
 * @param {Proposal} proposal
 * @param {Answer} answer
 * @param {OnDecided} onDecided
 */
function ask(proposal, answer, onDecided) {
  const reason = /** @type {HTMLTextAreaElement} */ (h('textarea', { id: 'reason', rows: 3, maxlength: 1000 }));
  const error = h('p', { class: 'tone', 'data-tone': 'bad', role: 'alert', hidden: true });
  const confirm = /** @type {HTMLButtonElement} */ (h('button', { class: 'primary' }, answer.verb));
  const send = async () => {
    confirm.disabled = true;
    try {
      await call('POST', answer.path + proposal.id, answer.hasReason ? { reason: reason.value.trim() } : undefined);
      dialog.close();
      onDecided(`Incident ${proposal.incident}: ${proposal.action} ${answer.done}.`);
    } catch (failure) {
      error.textContent = /** @type {Error} */ (failure).message;
      error.hidden = false;
      confirm.disabled = false;
    }
  };
  const attributes = { 'aria-labelledby': 'dialog-title', onclose: () => dialog.remove() };
  const dialog = /** @type {HTMLDialogElement} */ (h('dialog', attributes,
    h('form', { onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); send(); } },
      h('h2', { id: 'dialog-title' }, `${answer.verb} this act?`),
      h('p', {}, h('code', {}, proposal.action), ' ', h('code', {}, proposal.target)),
      facts(terms(proposal)),
      h('p', { class: 'quiet' }, 'Order ', h('code', {}, proposal.id), ', and no other.'),
      answer.hasReason && [h('label', { for: 'reason' }, 'Reason (optional)'), reason],
      error,
      h('p', { class: 'actions' }, confirm, h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel')))));
  document.body.append(dialog);
  dialog.showModal();
  (answer.hasReason ? reason : confirm).focus();
}
