/**
 * Elements made from values: text goes in as text and never as markup, so no name in a run can be more than letters.
 * It keeps nothing and styles nothing.
 */
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;
export type Child = Node | string | null;

/** An element with attributes (null and false leave one out) and children in order. */
export const element = <Name extends keyof HTMLElementTagNameMap>(name: Name, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElementTagNameMap[Name] => {
  const made = document.createElement(name);
  setAttributes(made, attributes);
  made.append(...children.filter(child => child !== null));
  return made;
};

const SVG = 'http://www.w3.org/2000/svg';

export const svgElement = <Name extends keyof SVGElementTagNameMap>(name: Name, attributes: Attributes = {}, ...children: readonly Child[]): SVGElementTagNameMap[Name] => {
  const made = document.createElementNS(SVG, name);
  setAttributes(made, attributes);
  made.append(...children.filter(child => child !== null));
  return made;
};

const setAttributes = (target: Element, attributes: Attributes): void => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    target.setAttribute(name, value === true ? '' : String(value));
  }
};

/** A button with a text and what it does. */
export const button = (text: string, attributes: Attributes, onClick: (event: MouseEvent) => void): HTMLButtonElement => {
  const made = element('button', { type: 'button', ...attributes }, text);
  made.addEventListener('click', onClick);
  return made;
};

/** Says something to a screen reader without showing it. */
export const announce = (text: string): void => {
  const region = document.getElementById('announcements');
  if (region !== null) region.textContent = text;
};
