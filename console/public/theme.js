// Runs before the first paint, so that a chosen theme does not flash into being. Without a choice the system decides.
{
  const chosen = localStorage.getItem('chronik.theme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
}
