/** Asks the control plane. */

import { learnTime } from './clock.js';

const PATIENCE = 15_000;

export class ApiError extends Error {
  /**
   * @param {number} status 0 when there was no answer
   * @param {string} message for people
   * @param {any} [body]
   */
  constructor(status, message, body) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>} the JSON of the answer; null when it has none
 * @throws {ApiError} Also tells the window `signed-out` when the session is over.
 */
export async function call(method, path, body) {
  const response = await send(method, path, body);
  learnTime(response.headers.get('date'));
  const content = await response.json().catch(() => null);
  if (response.ok) return content;
  if (response.status === 401 && path !== '/session') window.dispatchEvent(new Event('signed-out'));
  throw new ApiError(response.status, content?.error ?? `The control plane answered with status ${response.status}.`, content);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} body
 */
async function send(method, path, body) {
  const headers = body === undefined ? undefined : { 'Content-Type': 'application/json' };
  try {
    return await fetch(path, { method, headers, body: JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new ApiError(0, 'The control plane cannot be reached.');
  }
}
