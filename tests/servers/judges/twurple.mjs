// @twurple/chat as a judge, anonymous: node twurple.mjs PORT. Tells what it saw, one JSON object a line.
// It knows only port 80, so the rest of its address is made the query of ours.
import { ChatClient } from '@twurple/chat';

const [port] = process.argv.slice(2);
const tell = (event, values = {}) => console.log(JSON.stringify({ event, ...values }));
const client = new ChatClient({
  hostName: `127.0.0.1:${port}/?`,
  ssl: false,
  channels: ['shop'],
  logger: { minLevel: 'critical' },
});

client.onConnect(() => tell('connected'));
client.onDisconnect((manually, reason) => tell('disconnected', { manually, reason: String(reason ?? '') }));
client.onJoin((channel, user) => tell('join', { channel, user }));
client.onJoinFailure((channel, reason) => tell('join failed', { channel, reason }));
client.onTimeout((channel, user, seconds) => tell('timeout', { user, seconds }));
client.onBan((channel, user) => tell('ban', { user }));
client.onChatClear((channel) => tell('clear', { channel }));
client.onMessageRemove((channel, id) => tell('deleted', { id }));
client.onResub((channel, user, info) => tell('resub', { user, months: info.months, text: info.message ?? '' }));
client.onAction((channel, user, text) => tell('action', { user, text }));
client.irc.onAnyMessage((message) => message.command === 'ROOMSTATE' && tell('roomstate', { slow: message.tags.get('slow') ?? '' }));
client.onMessage((channel, user, text, message) => {
  const { userName, displayName, userId, isMod, isBroadcaster, isSubscriber, badges, badgeInfo } = message.userInfo;
  tell('message', {
    channel, user, text, id: message.id, userName, name: displayName, userId, isMod, isBroadcaster, isSubscriber,
    badges: Object.fromEntries(badges), info: Object.fromEntries(badgeInfo), parent: message.parentMessageId, at: message.date.getTime(),
  });
});
client.connect();
