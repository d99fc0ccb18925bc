"""Why a room is not read, and what to do: the words for `Health.code`, Korean and English.

Every code that a platform tells has its words here.
"""

from __future__ import annotations

from collections.abc import Mapping

from livebot.lang.wordings import one_line, shorten
from livebot.platforms.base import Health

HINTS: Mapping[str, tuple[str, str]] = {
    # what a person must put right
    "auth_failed": (
        "토큰이 틀렸거나 만료됐어요. 새 토큰을 넣거나 `livebot login`으로 다시 로그인하세요",
        "the token is wrong or has expired: give a new one, or log in again with `livebot login`",
    ),
    "scope_missing": (
        "이 로그인에는 필요한 권한이 없어요. `livebot login`으로 다시 로그인해 모두 허용하세요",
        "this login lacks a permission: log in again with `livebot login` and allow all",
    ),
    "other_account": (
        "토큰이 다른 계정의 것이에요. 설정의 login을 그 계정으로 바꾸거나 맞는 계정의 토큰을 넣으세요",
        "the token is of another account: put that one in login, or give this account's token",
    ),
    "token_unavailable": (
        "지금은 토큰을 얻을 수 없어요. 토큰 파일과 인터넷 연결을 확인하세요. 계속 다시 시도해요",
        "no token can be had now: see its file and the internet connection. Trying again",
    ),
    "ssn_session": (
        "Social Stream Ninja의 세션 ID가 아니에요. SSN의 세션 ID를 그대로 넣으세요",
        "this is no session of Social Stream Ninja: give the session's id as SSN shows it",
    ),
    "join_timeout": ("그런 채널이 없는 것 같아요. 설정의 room을 확인하세요", "no answer: is there such a room? See room in the config"),
    "no_such_room": ("그런 채널이 없어요. 설정의 room을 확인하세요", "there is no such room: see room in the config"),
    "no_broadcast": (
        "이 영상은 라이브 방송이 아니에요. 방송의 영상 ID를 설정의 room에 넣으세요",
        "this video is no broadcast: put the broadcast's video id in room",
    ),
    "no_chat": (
        "라이브 채팅이 아직 없거나 꺼져 있어요. 방송을 시작하고 채팅을 켜면 읽기 시작해요",
        "no live chat yet, or it is switched off: it is read as soon as the broadcast has one",
    ),
    "chat_disabled": (
        "이 방송은 채팅이 꺼져 있어요. 채팅을 켠 뒤 다시 시작하세요",
        "the chat of this broadcast is off: switch it on, then start again",
    ),
    "banned": ("이 계정은 채널에서 차단됐어요. 채널 주인에게 해제를 부탁하세요", "the account is banned from the room: ask its owner"),
    "room_suspended": ("채널이 정지됐거나 없어졌어요", "the room is suspended or does not exist"),
    "account_suspended": ("계정이 정지됐어요", "the account is suspended"),
    "forbidden": ("플랫폼이 읽기를 허용하지 않아요. 계정 권한을 확인하세요", "the platform does not allow it: see the account's rights"),
    "quota": (
        "오늘 쓸 수 있는 YouTube API 할당량을 다 썼어요. 태평양 시간 자정에 다시 채워져요",
        "today's YouTube API quota is used up: it is filled again at midnight Pacific time",
    ),
    "quota_left": ("남은 YouTube API 할당량과 쓸 수 있는 시간", "YouTube API quota left, and for how long"),
    "api_off": (
        "이 프로젝트에서 YouTube Data API가 꺼져 있어요. Google Cloud 콘솔에서 켜세요",
        "the YouTube Data API is off for this project: switch it on in the Google Cloud console",
    ),
    "chat_ended": ("방송의 채팅이 끝났어요", "the broadcast's chat has ended"),
    "session_refused": (
        "치지직이 채팅을 열어 주지 않아요. 치지직 개발자 센터에서 앱의 채팅 조회 권한이 승인됐는지 확인하세요. 계속 다시 시도해요",
        "Chzzk does not open the chat: see in its developer centre whether the app may read chat. Trying again",
    ),
    "other_room": (
        "토큰이 다른 채널의 것이에요. 설정의 room을 그 채널로 바꾸거나 이 채널의 계정으로 다시 로그인하세요",
        "the token is of another channel: put that one in room, or log in with this channel's account",
    ),
    "ssn_absent": (
        "Social Stream Ninja가 이 세션에 없어요. SSN을 켜고 설정에서 원격 API와 ‘채팅을 API 서버로 보내기’를 켜세요",
        "no Social Stream Ninja in this session: start it, and switch on its remote API and 'send chat messages to API server'",
    ),
    "hook_port": (
        "웹훅을 받을 포트를 다른 프로그램이 쓰고 있어요. 설정의 port를 바꾸세요",
        "another program listens on the webhook's port: choose another port in the config",
    ),
    "no_calls": (
        "방송 중인데 킥에서 오는 글이 오래 없어요. 채팅이 조용한 것이 아니라면 터널과 킥 앱의 웹훅 주소를 확인하세요",
        "live, but nothing has come from Kick for long: unless the chat is quiet, see the tunnel and the app's webhook address",
    ),
    "calls_dropped": (
        "킥이 글을 전하지 못해 구독을 끊었어요. 다시 구독했지만 글이 올 때까지는 터널과 킥 앱의 웹훅 주소를 확인하세요",
        "Kick's calls failed and it dropped the subscription. It is made again: until a line comes, see the tunnel and the webhook",
    ),
    "show_over": (
        "데모 방송이 끝났어요. 페이지는 계속 열려 있어요. 끝내려면 Ctrl-C를 누르세요",
        "the demo show is over; its pages stay until Ctrl-C",
    ),
    "no_peer": ("브리지가 연결되길 기다려요", "waiting for the bridge to connect"),
    "no_extra": (
        "음성 인식이 설치되지 않았어요: pip install 'livebot[voice]'",
        "speech recognition is not installed: pip install 'livebot[voice]'",
    ),
    "no_model": (
        "음성 인식 모델을 열 수 없어요. 설정의 model 폴더를 확인하세요",
        "the speech model cannot be opened: see model in the config",
    ),
    "no_ffmpeg": ("ffmpeg 프로그램이 없어요. 설치한 뒤 다시 시작하세요", "the program ffmpeg is missing: install it, then start again"),
    "file_refused": (
        "자막 파일을 열 수 없어요. 설정의 file이 파일의 이름인지, 읽을 권한이 있는지 확인하세요",
        "the caption file cannot be opened: is file in the config the name of a file, and may it be read?",
    ),
    "not_utf8": (
        "자막 파일이 UTF-8이 아니라 읽을 수 없어요. 자막 프로그램의 인코딩을 UTF-8로 바꾸세요",
        "the caption file is not UTF-8: change the encoding in the program that writes it",
    ),
    "obs_auth": (
        "OBS가 비밀번호를 받지 않아요. OBS의 도구 > WebSocket 서버 설정에서 비밀번호를 확인하세요",
        "OBS refuses the password: see Tools > WebSocket Server Settings in OBS",
    ),
    "obs_password": (
        "OBS가 비밀번호를 물어요. 설정의 password_env나 password_file에 넣으세요",
        "OBS wants a password: name it in password_env or password_file",
    ),
    "obs_version": ("OBS가 너무 오래됐어요. OBS를 28 이상으로 올리세요", "this OBS is too old: OBS 28 or newer is needed"),
    "obs_kicked": (
        "OBS에서 livebot의 연결을 끊었어요. 다시 쓰려면 livebot을 다시 시작하세요",
        "somebody ended the session in OBS: start again to use it",
    ),
    "sound_over": ("소리가 끝났어요", "the sound is over"),
    # what the voice waits for
    "no_file": ("자막 파일이 아직 없어요. 생기면 읽기 시작해요", "the caption file is not there yet: it is read as soon as it is"),
    "file_gone": ("자막 파일이 없어졌어요. 다시 생기면 읽어요", "the caption file is gone: it is read as soon as it is back"),
    "no_sender": ("자막을 보내는 프로그램이 연결되길 기다려요", "waiting for the program that sends captions"),
    "no_sound": (
        "소리가 들어오지 않아요. 마이크나 스트림 주소를 확인하세요",
        "no sound comes in: see the microphone or the stream's address",
    ),
    "not_ready": ("아직 준비되지 않았어요. 다시 시도해요", "not ready yet: trying again"),
    "server_full": ("음성 인식 서버에 빈자리가 없어요. 다시 시도해요", "the speech server is full: trying again"),
    "worker_lost": ("음성 인식이 멈춰서 다시 시작해요", "speech recognition stopped: it is started again"),
    "obs_exit": ("OBS가 꺼졌어요. 다시 켜지면 연결해요", "OBS was closed: it is connected to when it is back"),
    # what livebot puts right itself
    "unreachable": ("서버에 닿지 못했어요. 인터넷 연결을 확인하세요", "the server cannot be reached: see the internet connection"),
    "no_host": (
        "그런 주소의 서버를 찾지 못했어요. 인터넷 연결과 설정의 주소를 확인하세요",
        "no server is found at that address: see the internet connection, and the address in the config",
    ),
    "nothing_listens": (
        "그 주소에서 받는 프로그램이 없어요. 켜져 있는지, 주소와 포트가 맞는지 확인하세요",
        "nothing listens at that address: does the program run, and are address and port right?",
    ),
    "no_tls": (
        "서버와 암호화된 연결을 만들지 못했어요. 주소와 이 컴퓨터의 시계를 확인하세요",
        "no encrypted connection can be made: see the address, and this machine's clock",
    ),
    "other_program": (
        "그 주소에서 다른 프로그램이 대답해요. 주소와 포트를 확인하세요",
        "another program answers at that address: see address and port",
    ),
    "lost": ("연결이 끊겼어요", "the connection broke"),
    "closed": ("서버가 연결을 닫았어요", "the server closed the connection"),
    "silent": ("서버가 대답이 없어요", "the server says nothing more"),
    "parted": ("채널에서 나가졌어요", "the room was left"),
    "protocol_error": ("서버가 알 수 없는 것을 보냈어요", "the server sent what cannot be read"),
    "chat_moved": ("채팅이 바뀌어 다시 찾고 있어요", "the chat has moved: looking for it"),
    "chat_over": ("채팅이 끝났는지 확인하고 있어요", "seeing whether the chat is over"),
    "page_lost": ("읽던 자리를 잃어 처음부터 다시 읽어요", "lost the place in the chat: reading it again"),
    "no_answer": ("서버가 제때 대답하지 않아요", "the server gives no answer in time"),
    "connection_lost": ("대답을 받기 전에 연결이 끊겼어요", "the connection broke before the answer"),
    "server_error": ("서버에 문제가 있어요", "the server has a problem"),
    "rate_limited": ("너무 자주 물어서 잠시 기다려요", "asked too often: waiting a while"),
}


def hint(health: Health, lang: str) -> str:
    """Return why a room is as it is, in words, with what the other side said of it."""
    words = HINTS[health.code][lang != "ko"] if health.code in HINTS else health.code
    return ": ".join(part for part in (words, shorten(one_line(health.detail), 100)) if part)
