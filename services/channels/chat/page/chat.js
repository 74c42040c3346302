'use strict';
// Speaks the frames that README.md lists. What was typed waits in this tab's storage until the
// server acknowledged it, and goes out in order, one at a time.
(function () {
  const kSession = 'muara-chat-session';
  const kUnsent = 'muara-chat-unsent';
  const kBackoffMinMs = 500;
  const kBackoffMaxMs = 30000;
  const kPingMs = 25000;
  const kQuietMaxMs = 60000;
  const kChoicesMax = 11;

  const byId = (id) => document.getElementById(id);
  const read = (storage, key, otherwise) => {
    try { return JSON.parse(storage.getItem(key)) || otherwise; } catch { return otherwise; }
  };
  const write = (storage, key, value) => {
    try { storage.setItem(key, JSON.stringify(value)); } catch { /* it works without, until closed */ }
  };

  let who = read(localStorage, kSession, null);
  let unsent = read(sessionStorage, kUnsent, []);
  let seen = 0;
  let socket = null;
  let welcomed = false;
  let underWay = null;
  let failures = 0;
  let heardAt = 0;
  let reconnectTimer = 0;
  let resendTimer = 0;
  const shown = new Map();

  function say(text) { byId('status').textContent = text; }

  function newCid() {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  // The log.

  function line(from, name, text) {
    const item = document.createElement('li');
    item.className = from;
    const title = document.createElement('p');
    title.className = 'who';
    title.textContent = from === 'you' ? 'You' : name || (from === 'agent' ? 'Support' : 'Automatic message');
    const body = document.createElement('p');
    body.textContent = text;
    item.append(title, body);
    return item;
  }

  // Changes the log, and keeps its end in sight for who was there.
  function change(doIt) {
    const log = byId('log');
    const follows = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    doIt(log);
    if (follows) log.scrollTop = log.scrollHeight;
  }

  function append(item) {
    change((log) => log.append(item));
    if (item.className === 'you') byId('log').scrollTop = byId('log').scrollHeight;
  }

  function mark(cid, text) {
    const item = shown.get(cid);
    if (item) change(() => setState(item, text));
  }

  function setState(item, text) {
    let state = item.querySelector('.state');
    if (!state) {
      state = document.createElement('p');
      state.className = 'state';
      item.append(state);
    }
    state.textContent = text;
  }

  function showOwn(cid, text, state) {
    if (!shown.has(cid)) {
      shown.set(cid, line('you', '', text));
      append(shown.get(cid));
    }
    mark(cid, state);
  }

  function showChoices(item, choices) {
    const row = document.createElement('div');
    row.className = 'choices';
    row.setAttribute('role', 'group');
    row.setAttribute('aria-label', 'Answers');
    const last = Math.min(choices.maximum, choices.minimum + kChoicesMax - 1);
    for (let number = choices.minimum; number <= last; ++number) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = String(number);
      button.addEventListener('click', () => {
        row.querySelectorAll('button').forEach((one) => { one.disabled = true; });
        queue(String(number));
      });
      row.append(button);
    }
    item.append(row);
    if (!/^https?:\/\//.test(choices.url || '')) return;
    const link = document.createElement('a');
    link.href = choices.url;
    link.rel = 'noopener noreferrer';
    link.target = '_blank';
    link.textContent = 'Answer in the browser';
    item.append(link);
  }

  // Sending.

  function keep() { write(sessionStorage, kUnsent, unsent); }

  function queue(text) {
    const message = {cid: newCid(), text: text};
    unsent.push(message);
    keep();
    showOwn(message.cid, text, 'sending');
    sendNext();
  }

  function send(frame) {
    if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  }

  function sendNext() {
    if (!welcomed || underWay || unsent.length === 0) return;
    clearTimeout(resendTimer);
    underWay = unsent[0].cid;
    send({type: 'message', cid: unsent[0].cid, text: unsent[0].text});
  }

  function settle(cid, state) {
    unsent = unsent.filter((message) => message.cid !== cid);
    keep();
    mark(cid, state);
    if (underWay === cid) underWay = null;
    sendNext();
  }

  function sendLater(frame) {
    if (underWay !== frame.cid) return;
    underWay = null;
    mark(frame.cid, 'sending (waiting)');
    clearTimeout(resendTimer);
    resendTimer = setTimeout(sendNext, Math.max(frame.retry_after_ms || 0, kBackoffMinMs));
  }

  // What comes.

  const on = {
    welcome(frame) {
      const isNew = !who || who.session !== frame.session;
      who = {session: frame.session, token: frame.token, name: who ? who.name : ''};
      write(localStorage, kSession, who);
      welcomed = true;
      failures = 0;
      underWay = null;
      if (isNew) seen = 0;
      say('Connected');
      unsent.forEach((message) => showOwn(message.cid, message.text, 'sending'));
      sendNext();
    },
    resync(frame) {
      seen = frame.from - 1;
      byId('log').textContent = '';
      shown.clear();
      unsent.forEach((message) => showOwn(message.cid, message.text, 'sending'));
    },
    message(frame) {
      if (frame.seq <= seen) return;
      seen = frame.seq;
      if (!frame.text) return settle(frame.cid, '');  // it was erased
      if (frame.from === 'you') {
        showOwn(frame.cid, frame.text, 'sent');
        settle(frame.cid, 'sent');
        return;
      }
      const item = line(frame.from === 'agent' ? 'agent' : 'system', frame.name, frame.text);
      if (frame.choices) showChoices(item, frame.choices);
      append(item);
    },
    ack(frame) {
      seen = Math.max(seen, frame.seq);
      settle(frame.cid, 'sent');
    },
    nack(frame) { sendLater(frame); },
    error(frame) {
      if (frame.cid) return settle(frame.cid, 'not sent: ' + frame.detail);
      if (frame.reason === 'BAD_SESSION') {
        who = {session: '', token: '', name: who ? who.name : ''};
        seen = 0;
        return hello();
      }
      say(frame.detail);
      // A hello that has to wait is said again over a new connection.
      if (frame.retry_after_ms && !welcomed) socket.close();
    },
    pong() {}
  };

  // The connection.

  function hello() {
    send({type: 'hello', session: who.session, token: who.token, name: who.name,
          email: who.email || '', resume: {seq: seen}});
  }

  function connect() {
    clearTimeout(reconnectTimer);
    say('Connecting');
    const scheme = location.protocol === 'https:' ? 'wss://' : 'ws://';
    const mine = new WebSocket(scheme + location.host + '/v1/chat');
    socket = mine;
    heardAt = Date.now();
    mine.addEventListener('open', hello);
    mine.addEventListener('message', (event) => {
      if (socket !== mine) return;
      heardAt = Date.now();
      const frame = JSON.parse(event.data);
      if (Object.hasOwn(on, frame.type)) on[frame.type](frame);
    });
    mine.addEventListener('close', () => { if (socket === mine) lost(); });
  }

  function lost() {
    socket = null;
    welcomed = false;
    underWay = null;
    clearTimeout(resendTimer);
    const limit = Math.min(kBackoffMaxMs, kBackoffMinMs * 2 ** failures);
    failures += 1;
    say('Connection lost, trying again');
    reconnectTimer = setTimeout(connect, limit / 2 + Math.random() * limit / 2);
  }

  setInterval(() => {
    if (!socket) return;
    if (Date.now() - heardAt > kQuietMaxMs) {
      const old = socket;
      lost();
      old.close();
    } else if (welcomed) {
      send({type: 'ping'});
    }
  }, kPingMs);
  addEventListener('online', () => { if (who && !socket) connect(); });

  // The page.

  function open() {
    byId('start').hidden = true;
    byId('chat').hidden = false;
    byId('text').focus();
    connect();
  }

  byId('start').addEventListener('submit', (event) => {
    event.preventDefault();
    who = {session: '', token: '', name: byId('name').value.trim(), email: byId('email').value.trim()};
    open();
  });

  byId('write').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = byId('text').value;
    if (!text.trim()) return;
    byId('text').value = '';
    queue(text);
  });

  byId('text').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId('write').requestSubmit();
  });

  if (who && who.session) open();
})();
