/** Makes elements and keeps lists of them up to date. Text only ever becomes text nodes. */

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] functions become listeners (`onclick`); null, undefined and false
 *   leave an attribute out.
 * @param {...any} children strings, numbers, nodes, arrays of them; null, undefined and false are left out.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value != null && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

/** @param {string} id */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element;
}

/** @type {WeakMap<Element, {key: string, stamp: string}>} */
const made = new WeakMap();

/**
 * Makes the children of `parent` those of `items`, in order. Elements whose data did not change stay as they are, with focus,
 * selection and scroll position.
 * @param {Element} parent
 * @param {{key: string, data: unknown, view: () => Element}[]} items
 */
export function reconcile(parent, items) {
  for (const child of [...parent.children]) if (!made.has(child)) child.remove();
  const old = new Map([...parent.children].map((child) => [made.get(child)?.key, child]));
  let place = parent.firstElementChild;
  for (const { key, data, view } of items) {
    const stamp = JSON.stringify(data) ?? '';
    const present = old.get(key);
    old.delete(key);
    if (present && made.get(present)?.stamp === stamp) {
      if (present === place) place = present.nextElementSibling;
      else parent.insertBefore(present, place);
      continue;
    }
    const fresh = view();
    made.set(fresh, { key, stamp });
    if (present === place) place = present?.nextElementSibling ?? null;
    if (present) replace(present, fresh);
    if (!present || fresh.nextElementSibling !== place) parent.insertBefore(fresh, place);
  }
  for (const child of old.values()) child.remove();
}

/**
 * @param {Element} present
 * @param {Element} fresh
 */
function replace(present, fresh) {
  const focused = controls(present).indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const open = [...present.querySelectorAll('details')].map((details) => details.open);
  present.replaceWith(fresh);
  fresh.querySelectorAll('details').forEach((details, index) => { details.open = open[index] ?? details.open; });
  if (focused >= 0) controls(fresh)[focused]?.focus();
}

/**
 * @param {Element} element
 * @returns {HTMLElement[]}
 */
function controls(element) {
  return [...element.querySelectorAll('a, button, summary, [tabindex]')].map((each) => /** @type {HTMLElement} */ (each));
}
