// Times stand in the page in UTC; here they become the reader's own.

const page = document.documentElement.lang;
const reader = navigator.languages.find((language) => language.startsWith(page)) ?? page;
const format = new Intl.DateTimeFormat(reader, { dateStyle: "full", timeStyle: "short" });

for (const time of document.querySelectorAll("time[data-local]")) {
  time.title = time.textContent;
  time.textContent = format.format(new Date(time.dateTime));
}
