(() => {
  'use strict';

  const clock = seconds => {
    const tenths = Math.max(0, Math.round(seconds * 10)), s = Math.floor(tenths / 10);
    const two = n => String(n).padStart(2, '0');
    const hours = Math.floor(s / 3600), minutes = Math.floor(s / 60) % 60;
    return (hours ? hours + ':' + two(minutes) : minutes) + ':' + two(s % 60) + '.' + tenths % 10;
  };

  const timed = (section, kind) => [...section.querySelectorAll(kind)].map(element => (
    {element, start: +element.dataset.t, end: +element.dataset.e}));

  const mark = (things, time) => things.filter(thing => {
    const is = time >= thing.start && time < thing.end;
    if (is !== thing.is) {
      thing.is = is;
      thing.element.classList.toggle('on', is);
      if (is) thing.element.setAttribute('aria-current', 'true');
      else thing.element.removeAttribute('aria-current');
    }
    return is;
  });

  /* Tab goes from row to row, the arrows from one appearance to the next. */
  const rove = lane => {
    const bars = [...lane.querySelectorAll('.bar')];
    const choose = bar => bars.forEach(b => { b.tabIndex = b === bar ? 0 : -1; });
    choose(bars[0]);
    lane.addEventListener('keydown', event => {
      const steps = {ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity};
      const at = bars.indexOf(document.activeElement);
      if (at < 0 || !(event.key in steps)) return;
      event.preventDefault();
      const to = bars[Math.min(Math.max(at + steps[event.key], 0), bars.length - 1)];
      choose(to);
      to.focus();
    });
  };

  const prepare = (section, number) => {
    const video = section.querySelector('video'), lines = section.querySelector('.lines');
    const duration = +section.dataset.duration || 1;
    const bars = timed(section, '.bar'), shots = timed(section, '.shots a');
    const now = section.querySelector('.now ul'), face = section.querySelector('.clock');
    const open = () => { if (video.preload === 'none') video.preload = 'metadata'; };
    let names = '';

    const show = time => {
      section.classList.add('live');
      section.dataset.time = time.toFixed(3);
      lines.style.setProperty('--at', Math.min(Math.max(time / duration, 0), 1));
      face.textContent = clock(time);
      const there = [...new Set(mark(bars, time).map(bar => bar.element.dataset.who))];
      mark(shots, time);
      if (there.join('\n') === names) return;
      names = there.join('\n');
      now.replaceChildren(...there.map(name => {
        const item = document.createElement('li'), dot = document.createElement('i');
        const bar = bars.find(b => b.element.dataset.who === name);
        dot.className = 'dot';
        dot.style.setProperty('--c', getComputedStyle(bar.element).getPropertyValue('--c'));
        item.append(dot, name);
        return item;
      }));
    };

    const seek = time => {
      if (video && !section.classList.contains('broken')) {
        open();
        video.currentTime = time;
      }
      show(time);
      try {
        history.replaceState(null, '', '#v=' + number + '&t=' + +time.toFixed(3));
      } catch (refused) {
        /* The address is a comfort: some browsers keep that of local files as it is. */
      }
    };

    if (video) {
      const follow = () => {
        video.dataset.time = video.currentTime.toFixed(3);
        show(video.currentTime);
      };
      const play = () => {
        follow();
        if (!video.paused && !video.ended) requestAnimationFrame(play);
      };
      video.addEventListener('playing', play);
      for (const name of ['timeupdate', 'seeked']) video.addEventListener(name, follow);
      const fail = () => section.classList.add('broken');
      video.addEventListener('error', fail);
      if (video.error) fail();
    }
    lines.addEventListener('click', event => {
      const lane = event.target.closest('.lane');
      if (!lane || event.target.closest('.bar')) return;
      const place = lane.getBoundingClientRect();
      seek(duration * Math.min(Math.max((event.clientX - place.left) / place.width, 0), 1));
    });
    section.querySelectorAll('.lane').forEach(rove);
    return {section, seek, video, open};
  };

  const videos = [...document.querySelectorAll('.video')].map((v, i) => prepare(v, i + 1));

  /* A few may show their first picture as soon as they come into view. */
  if (videos.length <= 12) {
    const views = new IntersectionObserver(entries => entries.forEach(entry => {
      if (entry.isIntersecting) videos.find(v => v.video === entry.target).open();
    }));
    videos.forEach(v => v.video && views.observe(v.video));
  }

  document.addEventListener('click', event => {
    const link = event.target.closest('a[data-t]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const video = videos[link.dataset.v - 1];
    if (!video) return;
    event.preventDefault();
    video.seek(+link.dataset.t);
    if (!video.section.contains(link)) video.section.scrollIntoView();
  });

  /* #t=12.5, or #v=2&t=12.5 for the second video. */
  const go = () => {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const time = parseFloat(wanted.get('t')), video = videos[(wanted.get('v') || 1) - 1];
    if (!video || !(time >= 0)) return;
    video.seek(time);
    video.section.scrollIntoView();
  };
  addEventListener('hashchange', go);
  go();
})();
