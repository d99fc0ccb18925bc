// A page is opened as /desk#TOKEN: the token is exchanged for a cookie and taken out of the address at once.

/** Send JSON to livebot; `error` is set where it was refused, and a lost network throws. */
export async function post(path, body, signal) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
    cache: "no-store",
    credentials: "same-origin",
  });
  return { status: answer.status, ...(await answer.json()) };
}

/** Ask livebot for JSON. */
export async function get(path, signal) {
  const answer = await fetch(path, { signal, cache: "no-store", credentials: "same-origin" });
  return { status: answer.status, ...(await answer.json()) };
}

/** Return signed_in, refused, or unreachable. */
export async function signIn(role) {
  const token = decodeURIComponent(location.hash.slice(1));
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  try {
    const { status } = token ? await post("/api/session", { token, role }) : await get(`/api/session?role=${role}`);
    if (status < 300) return "signed_in";
    if (status === 429 || status >= 500) return "unreachable";
    // An old token in a bookmark does not end a session that is still good.
    if (token && (await get(`/api/session?role=${role}`)).status === 200) return "signed_in";
    return "refused";
  } catch {
    return "unreachable";
  }
}
