/** A button that copies a text and says so. From a file the clipboard may be closed to scripts; then a selection is copied. */
import { announce, button, element } from './element.ts';

const SAID_FOR_MS = 1600;

const copyBySelection = (text: string): boolean => {
  const field = element('textarea', { class: 'unseen', readonly: true });
  field.value = text;
  document.body.append(field);
  field.select();
  // The only way to a clipboard where the page has no permission to write to it.
  const done = document.execCommand('copy');
  field.remove();
  return done;
};

const copyText = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
};

export const copyButton = ({ text, what }: Readonly<{ text: string; what: string }>): HTMLButtonElement => {
  const made = button('Copy', { class: 'quiet copy', 'aria-label': `Copy ${what}` }, () => {
    void copyText(text).then(done => {
      made.textContent = done ? 'Copied' : 'Select and copy';
      announce(done ? `Copied ${what}.` : `The browser did not allow copying ${what}.`);
      setTimeout(() => (made.textContent = 'Copy'), SAID_FOR_MS);
    });
  });
  return made;
};
