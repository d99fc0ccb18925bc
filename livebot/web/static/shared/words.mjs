// Every word of the pages, in Korean and English side by side, and how numbers, times and particles are put into them.
//
// {n} is a value; {n?one|many} picks by number (English); {name@을를} is the Korean particle that fits the value.

export const LANGS = ["ko", "en"];
const KEPT = "livebot.lang";

const WORDS = {
  // page titles and states of the link
  desk: ["데스크", "Desk"],
  overlay: ["오버레이", "Overlay"],
  loading: ["방송을 불러오고 있어요", "Loading the show"],
  live: ["연결됨", "Connected"],
  reconnecting: ["연결이 끊겨 다시 연결하고 있어요", "Connection lost, reconnecting"],
  reconnecting_for: ["{time}째 · 지금 보이는 것은 그 전의 모습이에요", "for {time} · what you see is from before"],
  not_live: ["연결 안 됨", "Not connected"],
  stale: ["{time} 동안 소식이 없어요", "Nothing heard for {time}"],
  stale_next: ["곧 저절로 다시 연결해요", "It reconnects by itself in a moment"],
  skipped: ["화면이 밀려 {n}개 소식을 건너뛰고 지금 모습을 보여 드려요", "Fell behind: skipped {n} {n?update|updates} to show what is now"],
  signed_out: ["이 주소로는 들어올 수 없어요", "This address does not open the page"],
  signed_out_next: [
    "시간이 지났거나 주소가 바뀌었어요. livebot이 마지막으로 알려 준 주소로 열어 주세요.",
    "It is too old or has changed. Open the page by the address livebot printed last.",
  ],
  server_busy: ["지금은 연결할 수 없어요", "No connection right now"],
  server_busy_next: [
    "저절로 다시 시도하고 있어요. 오래 걸리면 livebot이 켜져 있는지, 같은 네트워크인지 봐 주세요.",
    "It keeps trying by itself. If it takes long, see that livebot is running and on the same network.",
  ],
  ended: ["방송이 끝났어요", "The show is over"],
  ended_next: ["답을 못 받은 질문은 보고서에도 남아요.", "What is still unanswered is in the report, too."],
  crowd: ["새 계정이 몰려와 같은 답을 올리고 있어요", "A crowd of new accounts gives the same answer"],
  crowd_next: ["그 답은 소개하지 않고, 질문은 계속 기다려요.", "None of it is carried further; who asked still waits."],
  lagging: [
    "채팅보다 {time} 늦어요. 따라잡을 때까지 글을 쓰지 않아요",
    "{time} behind the chat. Nothing is posted until livebot has caught up",
  ],
  stopped: ["모두 멈췄어요. 아무 글도 나가지 않아요", "Everything is stopped. Nothing goes out"],
  resume: ["다시 시작", "Resume"],
  stop_all: ["모두 멈추기", "Stop all"],
  stop_question: ["모든 글과 오버레이를 멈출까요?", "Stop all posts and the overlay?"],
  stop_yes: ["네, 멈추기", "Yes, stop"],
  cancel: ["취소", "Cancel"],
  close: ["닫기", "Close"],
  back: ["목록으로", "Back to the queue"],
  language: ["English", "한국어"],
  theme_dark: ["어둡게", "Dark"],
  theme_light: ["밝게", "Light"],
  skip_to: ["질문으로 건너뛰기", "Skip to the question"],

  // service line
  nothing_open: ["지금은 놓친 질문이 없어요", "No missed questions right now"],
  service: ["{n}개 질문 · {people}명이 기다려요 · 최장 {time}", "{n} {n?question|questions} · {people} {people?person|people} · longest {time}"],
  service_held: ["{n}개 확인 필요", "{n} to check"],
  on_air: ["방송 중", "On air"],

  // queue
  queue: ["질문", "Questions"],
  tab_todo: ["할 일", "To do"],
  tab_done: ["끝남", "Done"],
  tab_all: ["전체", "All"],
  find: ["찾기: 글, 이름, 채널", "Find: text, name, channel"],
  nothing_found: ["맞는 질문이 없어요", "No question fits"],
  narrow: ["거르기", "Filter"],
  filter_state: ["상태", "State"],
  filter_wait: ["기다린 시간", "Waited"],
  filter_topic: ["주제", "Topic"],
  filter_product: ["상품", "Product"],
  filter_channel: ["채널", "Channel"],
  filter_sort: ["순서", "Order"],
  filter_any: ["모두", "Any"],
  filter_clear: ["거르기 지우기", "Clear filters"],
  filter_remove: ["지우기", "Remove"],
  sort_why: [
    "급한 순: 오래 기다릴수록, 한 사람이 더 물을 때마다 20초씩, 승인 대기는 1분, 불편은 2분 더 급하게 봐요.",
    "Most urgent: the longer the wait, and 20 s more for each further person, 1 min for an approval, 2 min for a complaint.",
  ],
  wait_over: ["{time} 넘게", "Over {time}"],
  sort_urgent: ["급한 순", "Most urgent"],
  sort_waited: ["오래 기다린 순", "Longest wait"],
  sort_people: ["많이 물은 순", "Most people"],
  sort_newest: ["새로 온 순", "Newest"],
  nothing_done: ["아직 끝난 질문이 없어요", "Nothing is done yet"],
  empty_next: ["질문이 올라오면 여기에 나타나요.", "Questions show up here as they are asked."],
  new_below: ["새 질문 {n}개 · 순서대로 보기", "{n} new {n?question|questions} · sort"],
  people: ["{n}명", "{n} {n?person|people}"],

  // states of a question
  open: ["기다림", "Waiting"],
  late: ["놓침", "Missed"],
  held: ["확인 필요", "Needs a check"],
  answered: ["답변됨", "Answered"],
  dismissed: ["닫음", "Closed"],
  expired: ["지나감", "Expired"],
  complaint: ["불편", "Complaint"],
  personal: ["개인 문의", "Personal"],
  is_claimed: ["답하는 중", "Being answered"],
  on_board: ["진행자 보드에 있음", "On the host's board"],
  by_host_voice: ["진행자가 말로 답했어요", "The host answered aloud"],
  by_host_chat: ["진행자가 채팅으로 답했어요", "The host answered in chat"],
  by_peer: ["시청자가 답했어요", "A viewer answered"],
  by_faq: ["FAQ로 답했어요", "Answered from the FAQ"],
  by_staff: ["담당자가 답했어요", "Staff answered"],
  by_dismissed: ["답할 필요가 없다고 닫았어요", "Closed: needs no answer"],
  by_expired: ["시간이 지나 목록에서 내렸어요", "Let go after its time"],

  // question pane
  choose: ["목록에서 질문을 고르면 여기에 펼쳐져요", "Choose a question in the queue to see it here"],
  choose_keys: ["j k 로 옮기고 enter 로 열어요", "j k to move, enter to open"],
  gone: ["이 질문은 합쳐졌거나 나뉘었어요", "This question was merged or split"],
  waiting_for: ["{people}명이 {time}째 기다려요", "{people} {people?person has|people have} waited {time}"],
  asked_by: ["{people}명이 물었어요", "{people} {people?person asked|people asked}"],
  claimed: ["{name} 님이 답하고 있어요", "{name} is answering this"],
  claimed_rest: [" 님이 답하고 있어요", " is answering this"],
  claimed_question: ["그래도 보낼까요?", "Send anyway?"],
  claimed_yes: ["그래도 보내기", "Send anyway"],
  claimed_me: ["내가 답하고 있어요", "You are answering this"],
  claim: ["내가 맡기", "Take it"],
  unclaim: ["내려놓기", "Let go"],
  answers: ["받은 답", "Answers"],
  no_answers: ["아직 답한 사람이 없어요", "Nobody has answered yet"],
  sure: ["확신 {n}%", "{n}% sure"],
  same_asked: ["질문과 같은 말", "as in the question"],
  same_faq: ["FAQ와 같은 말", "as in the FAQ"],
  same_name: ["물어본 사람의 이름", "who asked"],
  relink: ["연결 고치기", "Correct the link"],
  relink_line: ["{name} 글의 연결 고치기", "Correct what {name}'s line answers"],
  relink_title: ["이 글은 어떤 질문의 답인가요?", "Which questions does this line answer?"],
  relink_go: ["질문 {n}개의 답으로 고치기", "Answers {n} {n?question|questions}"],
  relink_none: ["답이 아니에요", "Answers none of them"],
  regular: ["단골", "Regular"],
  host: ["진행자", "Host"],
  quiet: ["이름을 알리고 싶어 하지 않아요", "Does not want to be named"],
  answer_candidate: ["후보", "Candidate"],
  answer_host: ["진행자가 답함", "Answered by the host"],
  answer_grace: ["{time} 뒤 저절로", "By itself in {time}"],
  answer_held: ["승인을 기다려요", "Waits for approval"],
  answer_boosted: ["내보냄", "Carried further"],
  answer_refused: ["자동으로 내보내지 않음", "Held back"],
  answer_moot: ["진행자가 먼저 답함", "The host was first"],
  answer_retracted: ["거둠", "Taken back"],
  answer_deleted: ["글이 삭제됐거나 거절됐어요", "The line was deleted or rejected"],
  accepted: ["고맙다는 인사를 받음", "Thanked for"],
  staff_taken_back: ["담당자가 거두었어요", "Taken back by staff"],
  guard_joke: ["농담으로 보여요", "It looks like a joke"],
  guard_hearsay: ["본인도 확실하지 않다고 해요", "Its author is not sure either"],
  guard_contradicted_faq: ["FAQ와 달라요", "The FAQ says otherwise"],
  guard_contradicted_host: ["진행자가 한 말과 달라요", "The host said otherwise"],
  guard_contradicted_peer: ["다른 시청자의 답과 달라요", "Another viewer says otherwise"],
  guard_firm: [
    "확인이 필요해요: {topic@은는} FAQ와 같을 때만 자동으로 내보내요",
    "Needs a check: {topic} goes out by itself only when the FAQ agrees",
  ],
  guard_link: ["링크가 들어 있어요", "It holds a link"],
  guard_contact: ["연락처가 들어 있어요", "It holds a contact"],
  guard_pii: ["개인 정보가 들어 있어요", "It holds personal data"],
  guard_abuse: ["욕설이 들어 있어요", "It holds abuse"],
  guard_command: ["채팅 명령처럼 시작해요", "It begins like a chat command"],
  guard_impersonation: ["관리자인 척해요", "It poses as staff"],
  guard_invisible: ["보이지 않는 글자가 들어 있어요", "It holds invisible characters"],
  guard_spam: ["광고 같아요", "It looks like spam"],
  guard_lookalike: ["진행자나 담당자와 비슷한 이름이에요", "The name looks like the host's or staff's"],
  guard_crowd: ["처음 온 여러 사람이 한꺼번에 같은 말을 해요", "Many newcomers say the same at once"],
  guard_claims: ["효능을 약속하는 말이에요", "It promises an effect"],
  guard_quiet: ["이름을 알리고 싶어 하지 않는 분이에요", "This viewer does not want to be named"],
  guard_unsure: ["맞는 답인지 확실하지 않아요", "Not sure enough that it is right"],
  guard_other: ["저절로 내보낼 만큼 확실하지 않아요", "Not sure enough to go out by itself"],
  topic_price: ["가격", "a price"],
  topic_discount: ["할인", "a discount"],
  topic_coupon: ["쿠폰", "a coupon"],
  topic_delivery: ["배송", "delivery"],
  topic_stock: ["재고", "stock"],
  topic_size: ["크기", "size"],
  topic_safety: ["안전", "safety"],
  topic_refund: ["환불", "a refund"],
  topic_buying: ["구매 방법", "how to buy"],
  topic_usage: ["사용법", "how to use it"],
  topic_spec: ["사양", "specification"],
  topic_show: ["방송", "the show"],
  topic_firm: ["회사의 약속", "what the firm promises"],
  approve: ["승인하고 내보내기", "Approve and send"],
  boost: ["내보내기", "Carry further"],
  reject: ["틀린 답이에요", "Wrong"],
  refuse: ["거절", "Reject"],
  take_back: ["거두기", "Take back"],
  will_send: ["보낼 글", "Will be sent"],
  as_account: ["{name} 이름으로", "as {name}"],
  cannot_send: ["이 채널에 글을 쓸 권한이 없어요. 답을 복사해 주세요", "livebot may not post here. Copy the answer instead"],
  copy: ["복사", "Copy"],
  not_copied: ["복사하지 못했어요. 글을 길게 눌러 복사해 주세요", "Could not copy. Select the text and copy it"],
  copied: ["복사했어요", "Copied"],
  nowhere: ["기다리는 사람이 없어 보낼 채널이 없어요", "Nobody waits, so there is no channel to send to"],
  faq: ["FAQ 제안", "From the FAQ"],
  no_faq: ["맞는 FAQ가 없어요", "No FAQ entry fits"],
  no_faq_next: ["찾아서 보내거나, 직접 써서 보낼 수 있어요.", "Search for one, or write the answer yourself."],
  find_faq: ["FAQ 찾기", "Search the FAQ"],
  fits: ["{n}% 맞음", "{n}% fit"],
  firm: ["회사 확인 항목", "Firm's word"],
  send_faq: ["FAQ로 답하기", "Send this answer"],
  check_faq: ["확인하고 고쳐서 보내기", "Check, edit and send"],
  faq_unsure: ["맞는 답인지 확실하지 않아요. 읽어 보고 보내 주세요.", "This may not be the right answer. Read it before you send it."],
  faq_far: ["다른 질문의 답일 때가 많아요. livebot은 권하지 않아요.", "More likely the answer to something else. livebot would not suggest it."],
  edit_faq: ["고쳐서 보내기", "Edit and send"],
  edit_answer: ["고쳐서 보내기", "Edit and send"],
  reworded: ["고친 답은 시청자 이름 없이 담당자의 답으로 나가요", "In other words it goes out as staff's answer, without the viewer's name"],
  write_answer: ["직접 쓰기", "Write an answer"],
  more_entries: ["다른 제안 {n}개", "{n} more"],
  held_faq: ["FAQ 답이 승인을 기다려요", "An FAQ answer waits for approval"],
  held_thank: ["감사 인사가 승인을 기다려요", "A thank-you waits for approval"],
  held_nudge: ["단골에게 물어보기가 승인을 기다려요", "Asking regulars waits for approval"],
  your_answer: ["보낼 답", "Answer to send"],
  send: ["보내기", "Send"],
  sending: ["보내는 중", "Sending"],
  all_askers: ["{n}줄 모두 보기", "Show all {n} lines"],
  fewer: ["줄여 보기", "Show fewer"],
  now: ["지금", "now"],
  strip: ["{from}부터 {until}까지 {n}번 물었어요", "Asked {n} {n?time|times} between {from} and {until}"],
  split_hint: ["다른 것을 물은 글을 고르세요. 고른 글이 질문 하나가 돼요.", "Choose the lines that ask something else. They become a question of their own."],
  split_go: ["{n}줄 나누기", "Split off {n} {n?line|lines}"],
  merge_title: ["어느 질문과 같은가요?", "Which question is the same?"],
  history: ["지금까지", "So far"],
  note: ["메모", "Note"],
  note_hint: ["동료에게 남길 말", "For your colleagues"],
  note_keep: ["남기기", "Keep"],

  // actions
  actions: ["할 수 있는 일", "Actions"],
  act_answered: ["답했어요", "Answered"],
  act_to_host: ["진행자에게", "To the host"],
  act_dismiss: ["닫기", "Close"],
  act_undo: ["되돌리기", "Undo"],
  act_note: ["메모 남기기", "Write a note"],
  act_merge: ["같은 질문과 합치기", "Merge with another question"],
  act_split: ["다른 질문으로 나누기", "Split off another question"],
  act_copy: ["답 복사하기", "Copy the answer"],
  more: ["더 보기", "More"],
  again: ["다시 보내기", "Send again"],
  did_answered: ["답한 것으로 정리했어요", "Settled as answered"],
  did_dismiss: ["닫았어요", "Closed"],
  did_to_host: ["진행자 보드에 올렸어요", "Put on the host's board"],
  did_boost: ["내보냈어요 · {n}곳", "Sent · {n} {n?channel|channels}"],
  did_post_faq: ["보냈어요 · {n}명에게", "Sent · to {n} {n?person|people}"],
  did_nowhere: ["보낼 수 있는 채널이 없어요. 답을 복사해 주세요", "No channel could be written to. Copy the answer instead"],
  did_reject: ["틀린 답으로 표시했어요", "Marked as wrong"],
  did_refuse: ["내보내지 않기로 했어요", "It will not go out"],
  did_take_back: ["거두었어요", "Taken back"],
  did_reopen: ["되돌렸어요", "Undone"],
  did_later: ["보드에서 내렸어요", "Off the board"],
  did_claim: ["맡았어요", "Taken"],
  did_merge: ["합쳤어요", "Merged"],
  did_split: ["나눴어요", "Split"],
  did_relink: ["연결을 고쳤어요", "Link corrected"],
  did_quiet: ["이제 이름을 부르지 않아요", "Not named any more"],
  did_link: ["한 사람으로 이었어요", "Linked as one person"],
  did_forget: ["모두 지웠어요", "Forgotten"],
  did_followed_up: ["해결한 것으로 남겼어요", "Kept as taken care of"],
  did_thank_all: ["감사 인사를 보냈어요", "Thanks sent"],
  did_note: ["메모를 남겼어요", "Note kept"],
  did_stop: ["모두 멈췄어요", "Stopped"],
  did_resume: ["다시 시작했어요", "Resumed"],
  did_product: ["{name@을를} 방송 중으로 바꿨어요", "{name} is on air"],
  did_settings: ["바꿨어요", "Changed"],
  kept: ["연결되면 한 번만 보낼게요", "Kept: goes out once the connection is back"],
  given_back: ["보내지 못했어요. 다시 눌러 주세요", "It did not go out. Please tap again"],
  error_gone: ["질문이나 답이 이미 없어졌어요. 목록에서 다시 찾아 주세요", "It is not there any more. Look for it in the queue"],
  error_person: ["이 방송에 없는 분이에요", "This person is not in the show"],
  error_nothing: ["동료가 먼저 했거나 이미 늦어서 바뀐 것이 없어요", "Nothing changed: somebody was faster, or it was too late"],
  error_stopped: ["모두 멈춘 동안에는 보낼 수 없어요. 먼저 다시 시작해 주세요", "Nothing goes out while everything is stopped. Resume first"],
  error_session: ["다시 들어와 주세요. livebot이 알려 준 주소로 열면 돼요", "Please open the page again by the address livebot printed"],
  error_too_large: ["한 번에 너무 많아요. 나눠서 해 주세요", "That is too much at once. Do it in parts"],
  error_empty: ["읽을 줄이 없어요", "There is no line in it"],
  error_other: ["하지 못했어요: {what}", "That did not work: {what}"],
  nothing_to_undo: ["되돌릴 것이 없어요", "Nothing to undo"],

  // fates of posts, decisions
  fate_waiting: ["보내는 중", "Sending"],
  fate_sent: ["보냄", "Sent"],
  fate_dropped: ["안 보내짐", "Not sent"],
  fate_unknown: ["모름", "Unknown"],
  why_rate_limited: ["채널의 속도 제한", "the channel's rate limit"],
  why_expired: ["때가 지남", "too late for it"],
  why_duplicate: ["같은 글을 막 보냄", "the same text was just sent"],
  why_account_suspended: ["계정이 정지됨", "the account is suspended"],
  why_chat_moved: ["채팅이 바뀜, 다시 찾는 중", "the chat has moved, looking for it"],
  why_page_lost: ["채팅이 바뀜, 다시 찾는 중", "the chat has moved, looking for it"],
  why_api_off: ["YouTube Data API가 꺼져 있음", "the YouTube Data API is switched off"],
  why_protocol_error: ["알 수 없는 대답이 옴", "an answer that cannot be read"],
  why_auth_failed: ["로그인이 만료됨", "the login has expired"],
  why_banned: ["이 채널에서 차단됨", "banned from this channel"],
  why_blocked_term: ["채널이 막은 말이 들어 있음", "it has a word that the channel blocks"],
  why_chat_disabled: ["채팅이 꺼져 있음", "the chat is off"],
  why_chat_ended: ["채팅이 끝남", "the chat has ended"],
  why_connection_lost: ["보내는 중에 연결이 끊김", "the connection broke on the way"],
  why_crowded: ["보낼 글이 너무 많음", "too many posts wait"],
  why_followers_only: ["팔로워만 쓸 수 있음", "only followers may write"],
  why_forbidden: ["이 계정은 쓸 수 없음", "the account may not write"],
  why_held_by_automod: ["자동 검토에 걸림", "held by the platform's filter"],
  why_no_answer: ["플랫폼이 대답하지 않음", "the platform did not answer"],
  why_no_channel: ["설정에 없는 채널", "the channel is not in the config"],
  why_no_peer: ["브리지가 연결되지 않음", "no bridge is connected"],
  why_no_permission: ["권한이 없음", "no permission"],
  why_not_connected: ["연결되어 있지 않음", "not connected"],
  why_not_sent: ["플랫폼이 올리지 않음", "the platform did not show it"],
  why_peer_gone: ["브리지가 연결을 끊음", "the bridge went away"],
  why_queue_full: ["보낼 글이 너무 많음", "too many posts wait"],
  why_quota: ["오늘 할당량을 다 씀", "today's quota is used up"],
  why_read_only: ["읽기만 하는 채널", "the channel is only read"],
  why_rejected: ["플랫폼이 거절함", "the platform refused it"],
  why_room_suspended: ["채널이 정지됨", "the room is suspended"],
  why_scope_missing: ["쓰기 권한이 없음", "the login may not write"],
  why_server_error: ["플랫폼에 문제가 있음", "the platform has a problem"],
  why_slow_mode: ["저속 모드", "slow mode"],
  why_ssn_absent: ["Social Stream Ninja가 없음", "no Social Stream Ninja"],
  why_stopped: ["채널 연결이 멈춤", "the channel has stopped"],
  why_store_failing: ["저장하지 못해 보내지 않음", "not sent as it could not be kept"],
  why_subscribers_only: ["구독자만 쓸 수 있음", "only subscribers may write"],
  why_timed_out: ["잠시 채팅이 금지됨", "timed out"],
  why_timeout: ["브리지가 대답하지 않음", "the bridge did not answer"],
  why_token_unavailable: ["로그인을 읽지 못함", "the login cannot be read"],
  why_too_long: ["너무 긺", "too long"],
  why_tried_before: ["전에 보내 보았음", "it was tried before"],
  why_unreachable: ["플랫폼에 닿지 못함", "the platform cannot be reached"],
  why_already_asked: ["브리지에 이미 보낸 글", "the bridge has been asked already"],
  why_bad_characters: ["채널이 받지 않는 글자가 있음", "it has characters that the channel refuses"],
  why_blocked: ["채널이 이 계정을 막음", "the channel has blocked the account"],
  why_command: ["명령으로 읽힐 글", "it would be taken for a command"],
  why_emote_only: ["이모티콘만 쓸 수 있음", "only emotes may be written"],
  why_empty: ["빈 글", "it is empty"],
  why_no_such_room: ["그런 채널이 없음", "there is no such room"],
  why_not_unique: ["같은 글은 못 쓰는 채널", "the channel takes no text twice"],
  why_refused: ["플랫폼이 거절함", "the platform refused it"],
  why_restart: ["livebot이 다시 시작됨", "livebot was restarted"],
  why_taken_back: ["보내기 전에 거둠", "taken back before it went out"],
  why_unverified: ["인증된 계정만 쓸 수 있음", "only verified accounts may write"],
  kind_boost: ["내보내기", "Carried further"],
  kind_post_faq: ["FAQ 답", "FAQ answer"],
  kind_nudge: ["단골에게 물음", "Asked regulars"],
  kind_escalate: ["알림", "Escalated"],
  kind_resolve: ["정리", "Settled"],
  kind_reopen: ["다시 열림", "Reopened"],
  kind_relink: ["연결 고침", "Link corrected"],
  kind_retract: ["거둠", "Taken back"],
  kind_merge: ["합침", "Merged"],
  kind_split: ["나눔", "Split"],
  kind_thank: ["감사 인사", "Thanked"],
  kind_reply: ["답글", "Reply"],
  is_held: ["승인 대기", "held"],

  // around
  around: ["방송", "Show"],
  tab_questions: ["질문", "Queue"],
  tab_question: ["펼친 질문", "Question"],
  rundown: ["큐시트", "Rundown"],
  next_product: ["다음", "Next"],
  shown_by_obs_text: ["OBS 글자", "OBS text"],
  shown_by_obs_source: ["OBS 소스", "OBS source"],
  shown_by_obs_scene: ["OBS 장면", "OBS scene"],
  shown_by_host: ["진행자 말", "The host said"],
  shown_by_rundown: ["큐시트 시각", "Rundown"],
  nothing_on_air: ["아직 상품을 고르지 않았어요", "No product chosen yet"],
  questions_wait: ["질문 {n}개", "{n} {n?question|questions}"],
  since: ["{time} 전부터", "for {time}"],
  since_now: ["방금부터", "just now"],
  channels: ["채널", "Channels"],
  budget_left: ["지금 {n}번 더 쓸 수 있어요 (1분에 {limit}번)", "{n} more {n?post|posts} right now ({limit} a minute)"],
  budget_wait: ["이번 1분에 쓸 글을 다 썼어요 · {time} 뒤에 다시", "This minute's posts are used up · again in {time}"],
  budget_none: ["채팅에 글을 쓰지 않게 설정했어요", "Set to write nothing into the chat"],
  channel_connecting: ["연결하는 중", "Connecting"],
  channel_joined: ["연결됨", "Connected"],
  channel_reconnecting: ["채팅 연결이 끊겨 다시 연결하고 있어요", "Chat connection lost, reconnecting"],
  channel_writes: ["답을 쓸 수 있어요", "Answers can be posted"],
  channel_writes_as: ["{name} 이름으로 답을 써요", "Answers go out as {name}"],
  channel_stopped: ["멈춤", "Stopped"],
  channel_ended: ["끝남", "Ended"],
  channel_missed: ["{time} 빠짐", "{time} missed"],
  channel_read_only: ["읽기만 해요 · 답은 복사해 주세요", "Read only · copy answers by hand"],
  channel_queued: ["보낼 글 {n}개 대기", "{n} {n?post waits|posts wait}"],
  chat: ["채팅", "Chat"],
  course: ["흐름", "Trends"],
  course_empty: ["방송이 시작되면 물은 수와 기다린 시간이 여기에 그려져요", "Demand and waits are drawn here once the show has begun"],
  course_demand: ["질문", "Questions"],
  course_demand_sum: ["30분 동안 {asked}번 묻고 {answered}번 답했어요", "{asked} asked, {answered} answered in half an hour"],
  course_demand_label: ["지난 30분: 30초마다 물은 수와 답한 수. 모두 {asked}번 묻고 {answered}번 답했어요", "The last half hour in half minutes: asked {asked}, answered {answered}"],
  course_waits: ["기다림", "Waits"],
  course_waits_sum: ["{people}명이 기다려요 · 최장 {time}", "{people} {people?person waits|people wait} · longest {time}"],
  course_waits_label: ["지난 30분: 가장 오래 기다린 시간. 지금 {time}", "The last half hour: the longest wait. Now {time}"],
  course_asked: ["물음", "Asked"],
  course_answered: ["답함", "Answered"],
  course_longest: ["가장 긴 기다림", "Longest wait"],
  course_missed_from: ["{time}부터 놓친 질문", "missed from {time}"],
  course_table: ["숫자로 보기", "As numbers"],
  course_time: ["시각", "Time"],
  chat_empty: ["아직 채팅이 없어요", "No chat yet"],
  chat_latest: ["새 채팅 보기", "To the latest"],
  host_voice: ["진행자 말", "Host, on mic"],
  is_question: ["질문", "Question"],
  is_answer: ["답", "Answer"],
  is_thanks: ["감사", "Thanks"],
  paste: ["붙여넣기", "Paste"],
  paste_label: ["채팅을 붙여 넣으세요 (이름: 글)", "Paste chat lines (name: text)"],
  paste_hint: ["연결하지 못한 채팅도 여기에 붙여 넣으면 질문을 찾아 드려요.", "Chat that livebot cannot read can be pasted here: it finds the questions."],
  paste_go: ["질문 찾기", "Find questions"],
  paste_none: ["{lines}줄에서 질문을 찾지 못했어요", "No question found in {lines} {lines?line|lines}"],
  paste_found: ["{lines}줄에서 질문 {n}개를 찾았어요", "{n} {n?question|questions} found in {lines} {lines?line|lines}"],
  people_side: ["사람", "People"],
  handoffs: ["상담을 원하는 분", "Want to talk to a person"],
  handoffs_none: ["주문이 막혔거나 상담을 원하는 분이 지금은 없어요", "Nobody is stuck ordering or asks for a person right now"],
  handoff_told: ["안내한 내용:", "They were told:"],
  handoff_untold: ["아직 아무 안내도 못 받았어요. 연락해 주세요.", "They were told nothing yet. Please get in touch."],
  handoff_go: ["해결했어요", "Taken care of"],
  handoff_note: ["어떻게 됐나요? (적지 않아도 돼요)", "How did it end? (may stay empty)"],
  handoff_keep: ["남기기", "Keep"],
  handoff_done: ["해결됨", "Taken care of"],
  helpers: ["오늘 도와준 분", "Helpers of this show"],
  helpers_none: ["아직 없어요. 시청자의 답이 맞았을 때 여기에 올라와요.", "Nobody yet. Viewers whose answers proved right show up here."],
  thank_all: ["모두에게 감사 인사하기", "Thank them all"],
  thank_all_go: ["채팅에 보내기", "Send to the chat"],
  person: ["어떤 분인지 보기", "About this viewer"],
  person_gone: ["이 방송에 없는 분이에요. 지워졌거나 오래전에 떠났어요.", "Not in this show: forgotten, or gone for long."],
  person_loading: ["불러오고 있어요", "Loading"],
  viewer_lines: ["이번 방송에 {n}줄", "{n} {n?line|lines} in this show"],
  viewer_accounts: ["같은 분의 다른 계정:", "Also:"],
  viewer_said: ["최근에 쓴 글", "Lately said"],
  viewer_silent: ["최근에 쓴 글이 없어요", "Nothing lately"],
  act_quiet: ["이름 부르지 않기", "Do not name"],
  act_link: ["다른 계정과 잇기", "Link an account"],
  act_forget: ["지우기", "Forget"],
  quiet_question: ["이분의 이름을 더는 부르지 않을까요?", "Stop naming this viewer?"],
  quiet_does: [
    "답을 소개할 때 이름을 밝히지 않고, 도움을 부탁하지도 않아요. 이분의 모든 계정에, 다음 방송에도 지켜요.",
    "Their answers go out without their name, and they are not asked for help. It holds for all their accounts, in later shows too.",
  ],
  quiet_yes: ["네, 부르지 않기", "Yes, do not name"],
  forget_question: ["이분을 모두 지울까요?", "Forget this viewer everywhere?"],
  forget_does: [
    "이름과 쓴 글, 쌓인 기록이 이 방송과 지난 방송에서 사라져요. 되돌릴 수 없어요.",
    "Their name, lines and history go, from this show and earlier ones. It cannot be undone.",
  ],
  forget_yes: ["네, 지우기", "Yes, forget"],
  link_question: ["어느 계정이 같은 분인가요?", "Which account is the same person?"],
  link_does: [
    "두 계정의 기록을 함께 봐요. 한쪽에서 이름을 원하지 않으면 둘 다에 지켜요.",
    "Their records count together. Who does not want to be named with one is not named with either.",
  ],
  link_yes: ["한 사람으로 잇기", "Link as one person"],
  find_person: ["이름으로 찾기", "Find by name"],
  nobody_found: ["맞는 분이 없어요", "Nobody fits"],
  controls: ["운영", "Control"],
  modes: ["livebot이 하는 일", "What livebot does"],
  mode_auto: ["자동", "Auto"],
  mode_approve: ["승인", "Approve"],
  mode_off: ["끔", "Off"],
  step_boost: ["시청자의 답 내보내기", "Carry viewers' answers further"],
  step_nudge: ["단골에게 물어보기", "Ask regulars"],
  step_suggest: ["FAQ 제안", "Suggest FAQ entries"],
  step_post_faq: ["FAQ로 답하기", "Answer from the FAQ"],
  step_board: ["진행자 보드", "Host's board"],
  step_escalate: ["담당자 부르기", "Call staff"],
  step_thank: ["감사 인사", "Say thanks"],
  step_reply: ["명령에 답하기", "Answer commands"],
  my_name: ["내 이름 (동료에게 보여요)", "My name (colleagues see it)"],
  staff: ["담당자", "Staff"],
  missed_several: ["놓친 질문 {n}개: {text} 등", "{n} missed questions: {text}, and more"],
  missed_now: ["놓친 질문: {text}", "Missed question: {text}"],

  // keys
  keys: ["단축키", "Keys"],
  keys_are_on: ["단축키 1 2 3 쓰는 중", "Keys 1 2 3 are on"],
  keys_are_off: ["단축키 꺼짐", "Keys are off"],
  keys_on: ["한 글자 단축키 쓰기", "Single keys"],
  keys_on_why: ["말로 입력하거나 키가 잘못 눌릴 때는 꺼 두세요. 이 브라우저에 남아요.", "Turn them off if you dictate, or hit keys by chance. Kept in this browser."],
  key_move: ["다음, 이전 질문", "Next, previous question"],
  key_open: ["질문 펼치기", "Open the question"],
  key_boost: ["답 내보내기 또는 승인", "Carry the answer further, or approve"],
  key_reject: ["틀린 답으로 표시", "Mark the answer as wrong"],
  key_person: ["답한 분이나 물은 분 보기", "Who answered, or asked"],
  key_faq: ["FAQ로 답하기", "Send the FAQ answer"],
  key_edit: ["FAQ 답 고쳐서 보내기", "Edit the FAQ answer"],
  key_answered: ["답했어요", "Answered"],
  key_host: ["진행자에게", "To the host"],
  key_claim: ["내가 맡기", "Take it"],
  key_dismiss: ["닫기", "Close"],
  key_undo: ["되돌리기", "Undo"],
  key_find: ["찾기", "Find"],
  key_tabs: ["할 일, 끝남, 전체", "To do, done, all"],
  key_sides: ["채팅, 흐름, 사람, 붙여넣기, 운영", "Chat, trends, people, paste, control"],
  key_rundown: ["큐시트", "Rundown"],
  key_reword: ["시청자의 답 고쳐서 보내기", "Edit the viewer's answer"],
  key_write: ["답 직접 쓰기", "Write an answer"],
  key_relink: ["답의 연결 고치기", "Correct what it answers"],
  key_stop: ["모두 멈출지 묻기", "Ask whether to stop all"],
  key_leave: ["닫기, 그만두기", "Close, leave"],
  keys_move: ["보기", "Look"],
  keys_answer: ["답하기", "Answer"],
  keys_decide: ["정리하기", "Decide"],
  keys_always: ["언제나", "Always"],

  // board
  board: ["보드", "Board"],
  board_next: ["다음 질문", "Next question"],
  board_others: ["그다음 질문", "After that"],
  board_alone: ["다른 놓친 질문은 없어요", "No other missed question"],
  board_more: ["외 {n}개 더", "{n} more"],
  board_empty_next: ["새 질문은 livebot이 먼저 살펴보고, 놓친 것만 여기에 올려요.", "livebot looks after new questions first. Only missed ones come here."],
  board_unknown: ["새로 놓친 질문이 있는지 아직 몰라요", "Not known if there are new missed questions"],
  board_unknown_next: ["연결되면 저절로 보여 드려요.", "They show up here once the connection is back."],
  board_over_next: ["남은 질문은 담당자의 목록에 있어요.", "What is left is on the staff's list."],
  board_named: ["{name} 님", "{name}"],
  board_and_others: ["{name} 님 외 {n}명", "{name} and {n} {n?other|others}"],
  board_read: ["읽어 주세요", "Read this out"],
  board_read_staff: ["담당자가 적어 준 말이에요. 읽어 주세요", "Staff's wording. Read this out"],
  board_guess: ["맞는지 보고 읽어 주세요", "See if it fits, then read it out"],
  board_no_answer: ["준비된 답이 없어요", "No answer is ready"],
  board_no_answer_next: ["아는 대로 답하거나 담당자에게 넘겨 주세요.", "Answer in your own words, or hand it to staff."],
  board_later: ["나중에", "Later"],
  board_to_staff: ["담당자에게", "To staff"],
  board_choose: ["먼저 답하기", "Answer this first"],
  wait_new: ["방금 올라왔어요", "Just asked"],
  wait_half: ["30초 넘게 기다려요", "Waiting over 30 s"],
  wait_minutes: ["{n}분 넘게 기다려요", "Waiting over {n} min"],
  wait_minutes_half: ["{n}분 반 넘게 기다려요", "Waiting over {n}½ min"],
  wait_late: ["늦었어요", "Late"],
  settled_host_voice: ["방금 말씀하신 답변으로 정리했어요", "Settled by what you just said"],
  settled_host_chat: ["방금 채팅으로 하신 답변으로 정리했어요", "Settled by what you just wrote"],
  settled_tapped: ["다른 화면에서 답했다고 눌렀어요", "Marked as answered on another screen"],
  settled_later: ["다른 화면에서 나중으로 미뤘어요", "Put off on another screen"],
  settled_gone: ["다른 질문과 합쳐졌어요", "Merged with another question"],
  settled_undone: ["되돌리고 있어요", "Bringing it back"],
  did_to_staff: ["담당자에게 넘겼어요", "Handed to staff"],
  prompter: ["프롬프터", "Prompter"],
  prompter_leave: ["프롬프터 끝내기", "Leave the prompter"],
  mirror: ["거울상", "Mirror"],

  // start and missing pages
  start_title: ["livebot이 방송을 돕고 있어요", "livebot is helping with the show"],
  start_next: ["처음이라면 livebot이 알려 준 주소로 열어 주세요. 한 번 열면 이 링크로도 들어갈 수 있어요.", "The first time, open a page by the address livebot printed. After that these links work too."],
  start_desk: ["담당자의 화면: 질문, 승인, FAQ", "For staff: questions, approvals, FAQ"],
  start_board: ["진행자의 화면: 놓친 질문과 읽을 답", "For the host: missed questions, and what to read out"],
  help: ["질문 안내", "Help page"],
  start_help: ["시청자의 화면: 내 질문과 열린 질문", "For viewers: their questions, and open ones"],
  start_overlay: ["OBS에 띄우는 화면: 시청자의 답", "For OBS: answers from viewers"],
  missing_title: ["여기에는 아무것도 없어요", "There is nothing here"],
  missing_next: ["주소를 확인하거나 처음 화면에서 시작해 주세요.", "Check the address, or start at the first page."],
  to_start: ["처음 화면으로", "To the first page"],
};

let current = choose();

function choose() {
  const wanted = [kept(), ...(navigator.languages ?? [navigator.language])].map((tag) => (tag ?? "").slice(0, 2).toLowerCase());
  return wanted.find((tag) => LANGS.includes(tag)) ?? "en";
}

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // storage may be forbidden, as in some OBS set-ups
  }
}

/** The page's language. */
export const lang = () => current;

/** Switch the page's language and remember it in this browser. */
export function setLang(next) {
  current = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // not kept, then
  }
}

document.documentElement.lang = current;

/** The words for a key, with its values. */
export function t(key, values = {}) {
  const forms = WORDS[key];
  return forms ? fill(forms[LANGS.indexOf(current)], values) : key;
}

/** A topic's name by itself; one that is not known goes by its key. */
export const topicName = (topic) => (has(`topic_${topic}`) ? t(`topic_${topic}`).replace(/^an? |^the /, "") : topic);

/** Every key with its forms, for whoever checks them. */
export const all = () => WORDS;

/** Whether there are words for a key. */
export const has = (key) => key in WORDS;

/** A sentence that the server gave in every language. */
export const sentence = (both) => both?.[current] ?? "";

/** Put values into a template. */
export function fill(template, values) {
  return template.replace(/\{(\w+)(?:\?([^|}]*)\|([^}]*)|@(\S)(\S))?\}/g, (_, name, one, many, final, vowel) => {
    const value = values[name] ?? "";
    if (one !== undefined) return Number(value) === 1 ? one : many;
    if (final !== undefined) return value + particle(String(value), final, vowel);
    return typeof value === "number" ? number(value) : value;
  });
}

/** The Korean particle that fits after a word: the first of the pair after a final consonant, else the second. */
export function particle(word, afterFinal, afterVowel) {
  const unit = /\d\s*(ml|l|mm|cm|m|km|g|kg|mg)\W*$/i.exec(word); // read out: 밀리리터, 미터 end in a vowel, 그램 does not
  if (unit) return unit[1].toLowerCase().endsWith("g") ? afterFinal : afterVowel;
  const last = [...word].reverse().find((char) => /[\p{L}\p{N}]/u.test(char)) ?? "";
  const code = last.codePointAt(0) ?? 0;
  if (code >= 0xac00 && code <= 0xd7a3) return (code - 0xac00) % 28 ? afterFinal : afterVowel;
  return /[013678lmnrLMNR]/.test(last) ? afterFinal : afterVowel;
}

/** A number as the language writes it. */
export const number = (value) => value.toLocaleString(current === "ko" ? "ko-KR" : "en-GB");

/** A share as whole percent; never 100 unless it is. */
export const percent = (share) => (share >= 1 ? 100 : Math.min(99, Math.round(share * 100)));

/** A length of time in words: 45초, 1분 20초, 1시간 5분. */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [h, m, s] = current === "ko" ? ["시간", "분", "초"] : [" h", " min", " s"];
  if (hours) return `${hours}${h}${minutes ? ` ${minutes}${m}` : ""}`;
  if (minutes) return `${minutes}${m}${rest ? ` ${rest}${s}` : ""}`;
  return `${rest}${s}`;
}

/** A moment of the show as a clock: 0:05, 12:30, 1:02:03. */
export function moment(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value) => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
