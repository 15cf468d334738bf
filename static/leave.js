// "Selesai di perangkat ini", also where the browser does not know Clear-Site-Data: nothing of anybody stays.
self.caches?.keys().then(names => names.forEach(name => caches.delete(name)));
self.indexedDB?.databases?.().then(all => all.forEach(({name}) => indexedDB.deleteDatabase(name)));
localStorage.clear();
navigator.serviceWorker?.getRegistrations().then(all => all.forEach(one => one.unregister()));
