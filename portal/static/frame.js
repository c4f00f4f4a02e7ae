/* The frame around a mail is as high as the mail. The mail itself runs nothing. */
for (const frame of document.querySelectorAll("iframe.p-mailvak")) {
  const fit = () => {
    const body = frame.contentDocument?.body;
    if (body?.scrollHeight) frame.style.blockSize = `${body.scrollHeight + 2}px`;
  };
  frame.addEventListener("load", fit);
  addEventListener("resize", fit);
  fit();
}
