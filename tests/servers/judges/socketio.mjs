// socket.io-client 2.0.3, the newest that Chzzk names, as a judge: node socketio.mjs PORT TOKEN. Asks for a session, connects, subscribes to
// chat and tells what it saw, one JSON object a line; a chat line "say X" makes it say X over HTTP.
import io from 'socket.io-client';

const [port, token] = process.argv.slice(2);
const base = `http://127.0.0.1:${port}`;
const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
const tell = (event, values = {}) => console.log(JSON.stringify({ event, ...values }));
const call = async (method, path, body) => (await fetch(base + path, { method, headers, body: body && JSON.stringify(body) })).json();

const session = await call('GET', '/open/v1/sessions/auth');
tell('session', { code: session.code, message: session.message });
const open = (name) => {
  const socket = io(session.content.url, { transports: ['websocket'], reconnection: false, forceNew: true, timeout: 3000 });
  for (const event of ['connect', 'disconnect', 'connect_error', 'error']) socket.on(event, () => tell(`${name}:${event}`));
  socket.on('pong', () => tell(`${name}:pong`));
  return socket;
};
if (session.content) {
  const socket = open('first');
  socket.on('SYSTEM', async (text) => {
    const { type, data } = JSON.parse(text);
    tell(`system:${type}`, { data });
    if (type !== 'connected') return;
    await call('POST', `/open/v1/sessions/events/subscribe/chat?sessionKey=${data.sessionKey}`);
    open('second');
  });
  socket.on('CHAT', async (text) => {
    const line = JSON.parse(text);
    tell('message', { text: line.content, name: line.profile.nickname, role: line.profile.userRoleCode, sender: line.senderChannelId });
    if (!line.content.startsWith('say ')) return;
    const said = await call('POST', '/open/v1/chats/send', { message: line.content.slice(4) });
    tell('said', { code: said.code, id: said.content?.messageId });
  });
}
