// tmi.js as a judge: node tmi.mjs PORT [TOKEN]. Without a token it reads anonymously. Tells what it saw, one JSON object a line;
// a chat line "say X" makes it say X.
import tmi from 'tmi.js';

const [port, token] = process.argv.slice(2);
const tell = (event, values = {}) => console.log(JSON.stringify({ event, ...values }));
const client = new tmi.Client({
  options: { skipUpdatingEmotesets: true, debug: false },
  connection: { server: '127.0.0.1', port: Number(port), secure: false, reconnect: false },
  identity: token ? { username: 'bot', password: `oauth:${token}` } : undefined,
  channels: ['#shop'],
  logger: { info() {}, warn() {}, error() {} },
});

client.on('connected', () => tell('connected'));
client.on('disconnected', (reason) => tell('disconnected', { reason }));
client.on('join', (channel, name, self) => self && tell('join', { channel }));
client.on('roomstate', (channel, state) => tell('roomstate', { slow: state.slow, subs: state['subs-only'] }));
client.on('timeout', (channel, name, reason, seconds) => tell('timeout', { name, seconds }));
client.on('ban', (channel, name) => tell('ban', { name }));
client.on('clearchat', (channel) => tell('clearchat', { channel }));
client.on('messagedeleted', (channel, name, text, tags) => tell('deleted', { name, text, id: tags['target-msg-id'] }));
client.on('resub', (channel, name, months, text, tags) => tell('resub', { name, text, months: tags['msg-param-cumulative-months'] }));
client.on('notice', (channel, code, text) => tell('notice', { code, text }));
client.on('message', (channel, tags, text, self) => {
  const { id, mod, subscriber } = tags;
  const badges = tags.badges ?? {};
  const info = tags['badge-info'] ?? {};
  tell('message', { text, self, id, mod, subscriber, badges, info, name: tags['display-name'], user: tags['user-id'], kind: tags['message-type'] });
  if (self || !text.startsWith('say ')) return;
  client.say('#shop', text.slice(4)).then(() => tell('said'), (why) => tell('not said', { why: String(why) }));
});

client.connect().then(
  () => client.ping().then(([seconds]) => tell('pong', { seconds })),
  (reason) => tell('failed', { reason: String(reason) }),
);
