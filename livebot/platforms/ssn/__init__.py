"""Social Stream Ninja: chats of many sites (Naver, SOOP, TikTok, …) as it relays them, and writing back through it."""
