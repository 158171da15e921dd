// The chat: makes the page's form answer without a reload, and puts the same chat into a hospital's own page:
//
//   <script type="module" src="https://…/chat.js" data-leaflet="…" data-position="corner-right"></script>
//
// The server makes all HTML, escaped; this module only puts it in place. Settings and what they mean: docs/web.md.

const HERE = new URL(import.meta.url);
const SLOW = 2000, GIVEN_UP = 12000, FIRST_RETRY = 3000, LAST_RETRY = 30000;
const POSITIONS = ['corner-right', 'corner-left', 'inline'];
// said where the server, which has all other sentences, can't be reached at all
const OPEN = 'Ask about your leaflet';
const UNREACHABLE = 'The chat can’t be reached just now. Please phone the number on your appointment letter. In an emergency, call 999.';

const policy = globalThis.trustedTypes?.createPolicy('leaflet-chat', { createHTML: made => made });

function fragment(made) {
  const template = document.createElement('template');
  template.innerHTML = policy ? policy.createHTML(made) : made;
  for (const link of template.content.querySelectorAll('a[href^="/"]')) link.href = new URL(link.getAttribute('href'), HERE);
  return template.content;
}

function create(name, values) {
  return Object.assign(document.createElement(name), values);
}

// Storage may be forbidden, and the chat must work all the same.
function kept(storage, key, value) {
  try {
    if (value === undefined) return globalThis[storage].getItem(key) ?? '';
    if (value) globalThis[storage].setItem(key, value); else globalThis[storage].removeItem(key);
  } catch { /* nothing is kept then */ }
  return '';
}

class LeafletChat extends HTMLElement {
  connectedCallback() {
    if (this.place) return;
    if (this.querySelector('.chat')) {
      this.place = this;
      this.begin();
    } else {
      this.embedded = true;
      this.embed();
    }
  }

  // --- on a hospital's own page -------------------------------------------------------------------------------------------

  embed() {
    const { title, colour, position } = this.dataset;
    if (!POSITIONS.includes(position)) {
      if (position) console.warn(`leaflet-chat: data-position is "${position}"; expected ${POSITIONS.join(', ')}`);
      this.dataset.position = POSITIONS[0];
    }
    const root = this.attachShadow({ mode: 'open' });
    const style = create('link', { rel: 'stylesheet', href: new URL('/chat.css', HERE) });
    this.hidden = true;  // until the style sheet is there
    style.onload = style.onerror = () => { this.hidden = false; };
    root.append(style);
    if (colour) this.paint(colour);
    if (this.dataset.position === 'inline') {
      this.place = create('section', { className: 'inside', ariaLabel: title || OPEN });
      root.append(this.place);
      this.fetchPanel();
      return;
    }
    this.opener = create('button', { type: 'button', className: 'open', textContent: title || OPEN });
    this.opener.setAttribute('aria-haspopup', 'dialog');
    this.opener.onclick = () => this.open();
    this.place = create('dialog', { className: 'inside', ariaLabel: title || OPEN });
    this.place.onclose = () => { this.opener.hidden = false; this.opener.focus(); };
    this.place.onkeydown = event => { if (event.key === 'Escape') { event.preventDefault(); this.place.close(); } };
    root.append(this.opener, this.place);
  }

  // The text on the hospital's colour is black or white, whichever stands out more: one of the two always does.
  paint(colour) {
    const parts = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(colour);
    if (!parts) return console.warn(`leaflet-chat: data-colour is "${colour}"; expected six digits like #0b5457`);
    const [red, green, blue] = parts.slice(1).map(pair => {
      const part = parseInt(pair, 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    this.style.setProperty('--brand', colour);
    this.style.setProperty('--on-brand', light > 0.179 ? '#000' : '#fff');
  }

  async open() {
    this.opener.hidden = true;
    if (matchMedia('(max-width: 40rem), (max-height: 30rem)').matches) this.place.showModal(); else this.place.show();
    if (!this.form) await this.fetchPanel();
    this.box?.focus();
  }

  async fetchPanel() {
    const { leaflet = '', region = '', title } = this.dataset;
    try {
      const answer = await this.post('/chat/start', new URLSearchParams({ token: kept('localStorage', 'leaflet-chat'), leaflet, region }));
      if (!answer.html) throw new Error('refused');
      this.place.replaceChildren(fragment(answer.html));
      if (title) this.place.querySelector('.title').textContent = title;
      this.begin();
      this.renew(answer);
    } catch {
      this.place.replaceChildren(create('p', { className: 'chat problem', role: 'alert', textContent: this.dataset.unreachable || UNREACHABLE }));
      if (this.opener) this.addClose(this.place.firstChild);
    }
  }

  addClose(place) {
    const close = create('button', { type: 'button', textContent: '✕', ariaLabel: 'Close' });
    close.onclick = () => this.place.close();
    place.append(close);
  }

  // --- the conversation ---------------------------------------------------------------------------------------------------

  begin() {
    const find = selector => this.place.querySelector(selector);
    this.form = find('#chat-form');
    this.box = find('#chat-box');
    this.problems = find('.problem-place');
    this.turns = find('.turns');
    this.said = { polite: find('[data-live=polite]'), assertive: find('[data-live=assertive]') };
    this.place.addEventListener('submit', event => this.submitted(event));
    this.box.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    this.box.addEventListener('input', () => { this.forgetUnsent(); kept('sessionStorage', 'leaflet-chat-draft', this.box.value); });
    this.box.value ||= kept('sessionStorage', 'leaflet-chat-draft');
    addEventListener('online', () => this.unsent && this.send(this.unsent));
    const print = find('[data-does=print]'), close = find('[data-does=close]');
    print.hidden = this.embedded ?? false;
    print.onclick = () => window.print();
    if (close) { close.hidden = !this.opener; close.onclick = () => this.place.close(); }
    if (this.embedded) this.turns.lastElementChild?.scrollIntoView();
  }

  submitted(event) {
    const { does } = event.target.dataset;
    if (does && !this.embedded) return;  // our own page saves and ends without us
    event.preventDefault();
    if (does === 'save') return this.save(event.target);
    if (does === 'end') return this.end(event.target);
    const data = new URLSearchParams(new FormData(this.form));
    if (event.submitter?.name) data.set(event.submitter.name, event.submitter.value);
    this.send(data);
  }

  async send(data) {
    if (this.busy) return;
    this.forgetUnsent();
    this.busy = true;
    const again = this.down;
    if (!again) this.state('sending');
    const slow = setTimeout(() => this.state('slow'), SLOW);
    try {
      const answer = await this.post('/chat', data);
      this.down = false;
      this.shown(answer, data);
    } catch {
      this.unsent = data;
      if (!again) this.state('offline');
      this.down = true;
      this.delay = Math.min((again ? this.delay : FIRST_RETRY / 2) * 2, LAST_RETRY);
      this.retry = setTimeout(() => this.send(data), this.delay);
    } finally {
      clearTimeout(slow);
      this.busy = false;
    }
  }

  forgetUnsent() {
    clearTimeout(this.retry);
    this.unsent = null;
  }

  shown(answer, data) {
    this.renew(answer);
    this.problems.replaceChildren(...(answer.problem ? [fragment(answer.problem)] : []));
    if (answer.anew) this.turns.replaceChildren();
    if (answer.turn || answer.thanks !== undefined) this.retire();
    if (answer.turn) this.add(answer.turn);
    if (answer.thanks) this.turns.lastElementChild.append(create('p', { className: 'small', textContent: answer.thanks }));
    if (!answer.keep && !data.has('choice') && !data.has('rating')) {
      this.box.value = '';
      kept('sessionStorage', 'leaflet-chat-draft', '');
    }
    this.say(answer.say, answer.urgent);
  }

  // Only the newest answer offers anything: an older choice would answer another question.
  retire() {
    const focused = this.place.getRootNode().activeElement;
    this.lost = this.turns.contains(focused);
    this.turns.querySelectorAll('.rating').forEach(rating => rating.remove());
    this.turns.querySelectorAll('.choices button').forEach(button => button.replaceWith(create('span', { textContent: `· ${button.textContent}` })));
    this.turns.querySelector('#latest')?.removeAttribute('id');
    if (this.lost) this.box.focus({ preventScroll: true });
  }

  add(made) {
    this.turns.append(fragment(made));
    this.turns.lastElementChild.scrollIntoView({ block: 'start' });
  }

  renew({ token, message_id: id }) {
    if (token) this.place.querySelectorAll('[name=token]').forEach(field => { field.value = token; });
    if (id) this.form.elements.message_id.value = id;
    if (token && this.embedded) kept('localStorage', 'leaflet-chat', token);
  }

  // What is seen and what is announced are two elements: the first may be long and structured, the second is read once.
  state(name) {
    const says = this.place.querySelector(`[data-says=${name}]`).content.cloneNode(true);
    const text = says.textContent.trim();
    this.problems.replaceChildren(says);
    this.say(text, false);
  }

  say(text, urgent) {
    const { polite, assertive } = this.said;
    polite.textContent = assertive.textContent = '';
    clearTimeout(this.saying);
    // a region that is emptied and filled at once is taken for unchanged
    this.saying = setTimeout(() => { (urgent ? assertive : polite).textContent = text ?? ''; }, 100);
  }

  async post(path, body) {
    const response = await fetch(new URL(path, HERE), {
      method: 'POST', body, headers: { Accept: 'application/json' },
      credentials: this.embedded ? 'omit' : 'same-origin', signal: AbortSignal.timeout?.(GIVEN_UP),
    });
    if (response.status >= 500 && response.status !== 503) throw new Error(`status ${response.status}`);
    return response.json();
  }

  async save(form) {
    try {
      const response = await fetch(new URL('/chat/save', HERE), { method: 'POST', body: new URLSearchParams(new FormData(form)), credentials: 'omit' });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const address = URL.createObjectURL(await response.blob());
      create('a', { href: address, download: 'leaflet-questions.html' }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60000);
    } catch {
      this.state('offline');
    }
  }

  async end(form) {
    try {
      const answer = await this.post('/chat/end', new URLSearchParams(new FormData(form)));
      if (answer.problem) return this.shown(answer, new URLSearchParams('choice='));
      kept('localStorage', 'leaflet-chat', '');
      kept('sessionStorage', 'leaflet-chat-draft', '');
      this.form = this.box = null;
      const note = create('div', { className: 'chat', tabIndex: -1 });
      note.append(fragment(answer.ended));
      if (this.opener) this.addClose(note);
      this.place.replaceChildren(note);
      note.focus();
    } catch {
      this.state('offline');
    }
  }
}

customElements.define('leaflet-chat', LeafletChat);

const script = [...document.scripts].find(each => each.src === HERE.href);
if (script && !document.querySelector('leaflet-chat')) {
  const chat = document.createElement('leaflet-chat');
  Object.assign(chat.dataset, script.dataset);
  if (script.dataset.position === 'inline') script.after(chat); else document.body.append(chat);
}
