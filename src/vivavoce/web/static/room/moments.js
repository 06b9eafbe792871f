// Times stand in the page in UTC; here they become the reader's own, with the zone: the mail named them in UTC.

const page = document.documentElement.lang;
const reader = navigator.languages.find((language) => language.startsWith(page)) ?? page;
const format = new Intl.DateTimeFormat(reader, {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
});

for (const time of document.querySelectorAll("time[data-local]")) {
  time.title = time.textContent;
  time.textContent = format.format(new Date(time.dateTime));
}
