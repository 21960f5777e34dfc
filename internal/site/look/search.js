// The search of the website. It loads what it looks through when somebody wants to search.
'use strict';

(() => {
	const input = document.getElementById('search');
	const found = document.getElementById('found');
	const root = document.body.dataset.root;
	const most = 12; // results

	// The list of pages is open where it has a column of its own.
	const menu = document.querySelector('.menu');
	const wide = matchMedia('(min-width: 64rem)');
	const fit = () => { menu.open = wide.matches; };
	wide.addEventListener('change', fit);
	fit();

	let index = null;
	const load = () => {
		if (index) return;
		index = [];
		const script = document.createElement('script');
		script.src = root + 'search-index.js';
		script.onload = () => { index = window.siteIndex; show(); };
		document.head.append(script);
	};

	// A section counts more if the words are in its title or that of its page, the more often
	// it has them, and if it is for those who use the program.
	const score = (s, words) => {
		const title = (s.title || '').toLowerCase();
		const page = s.page.toLowerCase();
		const text = s.text.toLowerCase();
		let sum = 0;
		for (const w of words) {
			const points = (title.includes(w) ? 8 : 0) + (page.includes(w) ? 4 : 0) + Math.min(text.split(w).length - 1, 4);
			if (!points) return 0;
			sum += points;
		}
		return s.link.startsWith('docs/') && !s.link.startsWith('docs/design/') ? sum * 3 : sum;
	};

	// What a section says where the first of the words is.
	const excerpt = (text, words) => {
		const at = Math.max(text.toLowerCase().indexOf(words[0]), 0);
		const from = at < 60 ? 0 : text.indexOf(' ', at - 50) + 1;
		const end = text.indexOf(' ', from + 110);
		return (from ? '… ' : '') + (end < 0 ? text.slice(from) : text.slice(from, end) + ' …');
	};

	const item = (s, words) => {
		const li = document.createElement('li');
		const a = document.createElement('a');
		a.href = root + s.link;
		a.textContent = s.title ? s.page + ': ' + s.title : s.page;
		const small = document.createElement('small');
		small.textContent = excerpt(s.text, words);
		a.append(small);
		li.append(a);
		return li;
	};

	const show = () => {
		const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
		found.hidden = !words.length;
		const best = index.map((s) => ({ s, n: score(s, words) })).filter((r) => r.n)
			.sort((a, b) => b.n - a.n).slice(0, most).map((r) => item(r.s, words));
		if (!best.length) {
			const none = document.createElement('li');
			none.className = 'none';
			none.textContent = 'Nothing found';
			best.push(none);
		}
		found.replaceChildren(...best);
	};

	input.hidden = false;
	input.addEventListener('focus', load);
	input.addEventListener('input', () => { load(); show(); });
	document.addEventListener('keydown', (e) => {
		if (e.key === '/' && document.activeElement !== input) {
			e.preventDefault();
			input.focus();
		} else if (e.key === 'Escape') {
			found.hidden = true;
		} else if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && !found.hidden) {
			const links = [input, ...found.querySelectorAll('a')];
			const at = links.indexOf(document.activeElement);
			if (at < 0) return;
			e.preventDefault();
			links[(at + (e.key === 'ArrowDown' ? 1 : links.length - 1)) % links.length].focus();
		}
	});
	document.addEventListener('click', (e) => {
		if (!e.target.closest('.search')) found.hidden = true;
	});
})();
