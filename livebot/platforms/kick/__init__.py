"""Kick: chat by signed webhooks, writing over HTTP."""
