// The page for who opened the viewers' page too often: it opens that again once it may.

const AGAIN = 6000;

setTimeout(() => location.reload(), AGAIN);
