// node_modules/preact/dist/preact.mjs
var n$1;
var t$2;
var r$2;
var u$3;
var i$2;
var f$3;
var o$3;
var e$2;
var l$2;
var c$2;
var a$3;
var h$3 = Symbol.for("pv");
var p$3 = {};
var y$3 = [];
var v$2 = /^m(i|n|o|s|text|space)$/;
var w$3 = Array.isArray;
var d$3 = y$3.slice;
var _$3 = Object.assign;
function g$3(n) {
	n && n.parentNode && n.remove();
}
function k$2(n, t, r) {
	var u, i, f, o = {}, e = arguments.length;
	for (f in t) "key" == f ? u = t[f] : "ref" == f && "function" != typeof n ? i = t[f] : o[f] = t[f];
	return e > 2 && (o.children = e > 3 ? d$3.call(arguments, 2) : r), m$3(n, o, u, i, null);
}
function m$3(r, u, i, f, o) {
	var e = {
		type: r,
		props: u,
		key: i,
		ref: f,
		__k: null,
		__: null,
		__b: 0,
		__e: null,
		__c: null,
		constructor: h$3,
		__v: o || ++t$2,
		__i: -1,
		__u: 0
	};
	return !o && n$1.vnode && n$1.vnode(e), e;
}
function $(n) {
	return n.children;
}
function x$2(n, t) {
	this.props = n, this.context = t, this.__g = 0;
}
function S$1(n, t) {
	if (null == t) return n.__ && S$1(n.__, n.__i + 1);
	for (var r; t < n.__k.length; t++) if ((r = n.__k[t]) && r.__e) return r.__e;
	return "function" != typeof n.type || n.props.__P ? null : S$1(n);
}
function C$1(t) {
	var r, u = t.__v, i = u.__e, f = [], o = [], e = t.__P;
	e && ((r = _$3({ constructor: h$3 }, u)).__v = u.__v + 1, n$1.vnode && n$1.vnode(r), z$1(e, r, u, t.__n, e.namespaceURI, 32 & u.__u ? [i] : null, f, i || S$1(u), 32 & u.__u, o), r.__v = u.__v, r.__.__k[r.__i] = r, E$1(f, r, o), u.__ = u.__e = null, r.__e != i && j$1(r));
}
function j$1(n) {
	if ((n = n.__) && n.__c && !n.props.__P) return n.__e = null, n.__k.some(function(t) {
		return t && (n.__e = t.__e);
	}), j$1(n);
}
function L(t) {
	(8 & t.__g || (t.__g |= 8, u$3.push(t), f$3++)) && i$2 == n$1.debounceRendering || ((i$2 = n$1.debounceRendering) || queueMicrotask)(H);
}
function H() {
	try {
		for (var n, t = 1; u$3.length;) u$3.length > t && u$3.sort(o$3), n = u$3.shift(), t = u$3.length, 8 & n.__g && C$1(n);
	} finally {
		(f$3 = u$3.length) && (i$2 || queueMicrotask)(H);
	}
}
function I(n, t, r, u, i, f, o, e, l, c, a) {
	var s, h, v, w, d, _, g = u.__k || y$3, k = t.length;
	for (l = q$1(r, t, g, l, k), s = 0; s < k; s++) null != (v = r.__k[s]) && (h = ~v.__i && g[v.__i] || p$3, v.__i = s, _ = z$1(n, v, h, i, f, o, e, l, c, a), w = v.__e, (h.ref != v.ref || 8 & h.__u) && (h.ref && G$1(h.ref, null, v, h), v.ref && a.push(v.ref, v.__c || w, v)), d = d || w, 4 & v.__u ? (l = A$2(v, l, n, !h.__v), h.__e && (h.__e = null)) : "function" == typeof v.type && void 0 !== _ ? l = _ : w && (l = w.nextSibling), v.__u &= -21);
	return r.__e = d, l;
}
function q$1(n, t, r, u, i) {
	var f, o, e, l, c, a, s, p, y, v = r.length, d = v, _ = 0, g = 0, k = n.__k = Array(i);
	for (f = 0; f < i; f++) null != (o = t[f]) && "boolean" != typeof o && "function" != typeof o ? ("object" != typeof o || o.constructor === String ? o = k[f] = m$3(null, o) : w$3(o) ? o = k[f] = m$3($, { children: o }) : o.constructor === h$3 && o.__b ? o = k[f] = m$3(o.type, o.props, o.key, o.ref, o.__v) : k[f] = o, l = f + _, o.__ = n, o.__b = n.__b + 1, e = null, ~(c = o.__i = P$1(o, r, l, d)) && (d--, (e = r[c]) && (e.__u |= 2)), e && e.__v ? (o.__u |= 16, c == l - 1 ? _-- : c == l + 1 ? _++ : c != l && (c > l ? _-- : _++, g = 1)) : (~c || (i > v ? _-- : i < v && _++), "function" != typeof o.type && (o.__u |= 4))) : k[f] = null;
	if (g) {
		for (a = [], s = [], f = 0; f < i; f++) if ((o = k[f]) && 16 & o.__u) {
			for (_ = 0, p = a.length; _ < p;) a[y = _ + p >> 1] < o.__i ? _ = y + 1 : p = y;
			a[_] = o.__i, s[f] = _ + 1;
		}
		for (_ = a.length; f--;) s[f] && (s[f] == _ ? _-- : k[f].__u |= 4);
	}
	if (d) for (f = 0; f < v; f++) !(e = r[f]) || 2 & e.__u || (e.__e == u && (u = S$1(e)), J(e, e));
	return u;
}
function A$2(n, t, r, u) {
	var i, f, o, e;
	if ("function" == typeof n.type) {
		if (n.props.__P) return t;
		if (i = n.__k) for (f = 0; f < i.length; f++) i[f] && (i[f].__ = n, t = A$2(i[f], t, r, !1));
		return t;
	}
	for (t && !t.parentNode && (t = S$1(n)) && !t.parentNode && (t = null), o = n.__e, e = t; e && 8 == e.nodeType;) e = e.nextSibling;
	for (o != e && (!u && r.moveBefore && o.parentNode ? r.moveBefore(o, t) : r.insertBefore(o, t || null)), t = o; (t = t && t.nextSibling) && 8 == t.nodeType && !t.data.startsWith("$s"););
	return t;
}
function P$1(n, t, r, u) {
	var i, f = n.key, o = n.type, e = t[r], l = e && !(2 & e.__u);
	if (null === e && null == f || l && f == e.key && o == e.type) return r;
	if (u > (l ? 1 : 0)) {
		for (i = r - 1; i >= 0; i--) if ((e = t[i]) && !(2 & e.__u) && f == e.key && o == e.type) return i;
		for (i = r + 1; i < t.length; i++) if ((e = t[i]) && !(2 & e.__u) && f == e.key && o == e.type) return i;
	}
	return -1;
}
function T$2(n, t, r) {
	r ??= "", "-" == t[0] ? n.setProperty(t, r) : n[t] = r;
}
function N(n, t, r, u, i) {
	var f, o;
	if ("style" == t) if ("string" == typeof r) n.style.cssText = r;
	else {
		if ("string" == typeof u && (n.style.cssText = u = ""), u) for (t in u) r && t in r || T$2(n.style, t);
		if (r) for (t in r) u && r[t] == u[t] || T$2(n.style, t, r[t]);
	}
	else if ("o" == t[0] && "n" == t[1]) "function" != typeof r && (r = null), "function" != typeof u && (u = null), (n.__e || (n.__e = {}))[t] = r, r && u || (o = a$3[t] || (a$3[t] = V(t)), (n.__a || (n.__a = {}))[t] = c$2, f = t != (t = t.replace(l$2, "$1")), (t = t.slice(2))[0] < "a" && (t = t.toLowerCase()), r ? n.addEventListener(t, o, f) : n.removeEventListener(t, o, f));
	else {
		if ("http://www.w3.org/2000/svg" == i) t = t.replace(/xlink(H|:h)/, "h").replace(/sName$/, "s");
		else if ("width" != t && "height" != t && "href" != t && "list" != t && "form" != t && "tabIndex" != t && "download" != t && "rowSpan" != t && "colSpan" != t && "role" != t && "popover" != t && t in n) try {
			n[t] = null == r ? "" : r;
			return;
		} catch (n) {}
		if ("function" == typeof r) return;
		null == r || !1 === r && "-" != t[4] ? n.removeAttribute(t) : n.setAttribute(t, "popover" == t && 1 == r ? "" : r);
	}
}
function V(t) {
	return function(r) {
		var u = this.__e;
		if (u) {
			if (u = u[t], null == r[e$2]) r[e$2] = c$2++;
			else if (r[e$2] < this.__a[t]) return;
			return u(n$1.event ? n$1.event(r) : r);
		}
	};
}
function z$1(t, r, u, i, f, o, e, l, c, a) {
	var s, p, v, d, k, b, m, M, C, j, L, H, q, A, O, P, T, N, V = r.type;
	if (r.constructor !== h$3) return null;
	128 & u.__u && (c = 32 & u.__u, s = u.__c.__z) && (r.__u |= c, p = o = [], 8 == s.nodeType ? l = B$1(s, o) : o.push(s), l = o[0] || l), (s = n$1.__b) && s(r);
	n: if ("function" == typeof V) {
		v = e.length;
		try {
			if (M = r.props, C = (s = V.prototype) && s.render, j = (s = V.contextType) && i[s.__c], L = s ? j ? j.props.value : s.__ : i, (d = u.__c) ? (r.__c = d, 2 & d.__g && (d.__g |= 1)) : (C ? r.__c = d = new V(M, L) : (r.__c = d = new x$2(M, L), d.constructor = V, d.render = K), j && j.sub(d), d.state || (d.state = {}), d.__n = i, d.__g |= 8, d.__h = [], d.__k = []), C && (d.__s || (d.__s = d.state), V.getDerivedStateFromProps && (d.__s == d.state && (d.__s = _$3({}, d.__s)), _$3(d.__s, V.getDerivedStateFromProps(M, d.__s)))), k = d.props, b = d.state, d.__v = r, u.__c) {
				if (M !== k && C && !V.getDerivedStateFromProps && d.componentWillReceiveProps && d.componentWillReceiveProps(M, L), r.__v == u.__v && !(8 & d.__g) || !(4 & d.__g) && d.shouldComponentUpdate && !1 === d.shouldComponentUpdate(M, d.__s, L)) {
					r.__v != u.__v && (d.props = M, d.state = d.__s, d.__g &= -9), r.__e = u.__e, r.__k = u.__k, r.__k.some(function(n) {
						n && (n.__ = r);
					}), y$3.push.apply(d.__h, d.__k), d.__k = [], d.__h.length && e.push(d), l = S$1(u);
					break n;
				}
				d.componentWillUpdate && d.componentWillUpdate(M, d.__s, L), C && d.componentDidUpdate && d.__h.push(function() {
					d.componentDidUpdate(k, b, m);
				});
			} else C && !V.getDerivedStateFromProps && d.componentWillMount && d.componentWillMount(), C && d.componentDidMount && d.__h.push(d.componentDidMount);
			d.context = L, d.props = M, d.__P = t, d.__g &= -5, H = n$1.__r, q = C ? 25 : 0;
			do
				d.__g &= -9, H && H(r), s = d.render(d.props, d.state = d.__s, d.context);
			while (8 & d.__g && ++q < 25);
			C && (y$3.push.apply(d.__h, d.__k), d.__k = []), d.state = d.__s, d.getChildContext && (i = _$3({}, i, d.getChildContext())), C && u.__c && d.getSnapshotBeforeUpdate && (m = d.getSnapshotBeforeUpdate(k, b)), A = s && s.type === $ && null == s.key ? s.props.children : s, M.__P && (s = l, f = (t = M.__P).namespaceURI, c = o = null, u.props && u.props.__P != t && (u.__k.some(function(n) {
				n && J(n, n);
			}), u.__k = null), l = u.__k ? S$1(u, 0) : null), l = I(t, w$3(A) ? A : [A], r, u, i, f, o, e, l, c, a), M.__P && (r.__e = null, l = s), r.__u &= -161, p && p.some(g$3), d.__h.length && e.push(d), 1 & d.__g && (d.__g &= -4);
		} catch (t) {
			if (e.length = v, r.__v = null, c || o) if (t && t.then) {
				if (r.__u |= 128 | c, o) {
					for (~(T = o.indexOf(l || void 0)) || (T = o.length); (N = o[T - 1]) && 8 == N.nodeType;) T--;
					for (; T < o.length; T++) if (N = o[T]) if (o[T] = null, O) {
						if (N == P) break;
					} else {
						if (8 != N.nodeType) break;
						N.data.startsWith("$s") && (P = B$1(O = N));
					}
				}
				if (!O) {
					for (; l && 8 == l.nodeType && l.nextSibling;) l = l.nextSibling;
					O = l;
				}
				(s = B$1(O = r.__c.__z || (r.__c.__z = O))) ? (r.__e = O, l = s) : r.__e = l, l = l && l.nextSibling;
			} else o && o.some(g$3);
			else r.__e = u.__e;
			r.__k || (r.__k = u.__k || []), t && t.then || D$1(r), n$1.__e(t, r, u);
		}
	} else l = r.__e = F$2(u.__e, r, u, i, f, o, e, c, a, t);
	return (s = n$1.diffed) && s(r), l;
}
function B$1(n, t) {
	if (n && 8 == n.nodeType && n.data.startsWith("$s")) for (var r = 1; n = n.nextSibling;) {
		if (8 == n.nodeType) {
			if (n.data.startsWith("$s")) r++;
			else if (n.data.startsWith("/$s") && !--r) return n;
		}
		t && t.push(n);
	}
}
function D$1(n) {
	n && (n.__c && (n.__c.__g |= 4), n.__k && n.__k.some(D$1));
}
function E$1(t, r, u) {
	for (var i = 0; i < u.length;) G$1(u[i++], u[i++], u[i++]);
	n$1.__c && n$1.__c(r, t), t.some(function(r) {
		try {
			t = r.__h, r.__h = [], t.some(function(n) {
				n.call(r);
			});
		} catch (t) {
			n$1.__e(t, r.__v);
		}
	});
}
function F$2(t, r, u, i, f, o, e, l, c, a) {
	var s, h, y, _, k, b, m, M, $ = u.props || p$3, x = r.props, C = r.type;
	if ("svg" == C ? f = "http://www.w3.org/2000/svg" : "math" == C ? f = "http://www.w3.org/1998/Math/MathML" : f || (f = "http://www.w3.org/1999/xhtml"), o) {
		for (s = 0; s < o.length; s++) if ((k = o[s]) && (C ? k.localName == C : 3 == k.nodeType)) {
			t = k, o[s] = null;
			break;
		}
	}
	if (!t) {
		if (M = a.ownerDocument || document, !C) return M.createTextNode(x);
		t = M.createElementNS(f, C, x.is ? x : a), l && (n$1.__m && n$1.__m(r, o), l = !1), o = null;
	}
	if (C) {
		if (a = "template" == C && t.content || t, o = "textarea" == C && null != x.defaultValue ? null : o && d$3.call(a.childNodes), !l && o) for ($ = {}, s = 0; s < t.attributes.length; s++) $[(k = t.attributes[s]).name] = k.value;
		for (s in $) k = $[s], "dangerouslySetInnerHTML" == s ? y = k : "children" == s || s in x || "value" == s && "defaultValue" in x || "checked" == s && "defaultChecked" in x || N(t, s, null, k, f);
		for (s in x) k = x[s], "children" == s ? _ = k : "dangerouslySetInnerHTML" == s ? h = k : "value" == s ? b = k : "checked" == s ? m = k : l && "function" != typeof k || $[s] === k || N(t, s, k, $[s], f);
		h ? (l || y && (h.__html == y.__html || h.__html == t.innerHTML) || (t.innerHTML = h.__html), r.__k = []) : (y && (t.textContent = ""), ("foreignObject" == C || "http://www.w3.org/1998/Math/MathML" == f && v$2.test(C)) && (f = "http://www.w3.org/1999/xhtml"), I(a, w$3(_) ? _ : [_], r, u, i, f, o, e, o ? o[0] : u.__k && S$1(u, 0), l, c), o && o.some(g$3)), l && "textarea" != C || (s = "value", "progress" == C && null == b ? t.removeAttribute(s) : null == b || b === t[s] && ("progress" != C || b) || N(t, s, b, $[s], f), s = "checked", null != m && m != t[s] && N(t, s, m, $[s], f));
	} else $ === x || l && t.data == x || (t.data = x);
	return t;
}
function G$1(t, r, u, i) {
	try {
		"function" == typeof t ? r ? r.__x = t(r) || 1 : i && (i = i.__c || i.__e) && (r = i.__x) && (i.__x = null, "function" == typeof r ? r() : t(null)) : t.current = r;
	} catch (t) {
		n$1.__e(t, u);
	}
}
function J(t, r, u) {
	var i, f, o, e;
	if (n$1.unmount && n$1.unmount(t), !(i = t.ref) || i.current && i.current != t.__e || G$1(i, null, r, t), i = t.__c) {
		if (i.componentWillUnmount) try {
			i.componentWillUnmount();
		} catch (t) {
			n$1.__e(t, r);
		}
		i.__P = i.__n = null;
	}
	if (i = t.__k) for (e = 0; e < i.length; e++) i[e] && J(i[e], r, "function" != typeof t.type || u && !t.props.__P);
	!u && (i = t.__c) && (i = i.__z) && (f = B$1(i, o = [])) && (i == t.__e && o.some(g$3), g$3(f), g$3(i)), u || g$3(t.__e), t.__e = t.__c = t.__ = null;
}
function K(n, t, r) {
	return this.constructor(n, r);
}
function Q(t, r) {
	var u, i, f, o;
	n$1.__ && n$1.__(t, r), 9 == r.nodeType && (r = r.documentElement), i = (u = t && 32 & t.__u) ? null : r.__k, r.__k = m$3($, { children: [t] }), f = [], o = [], z$1(r, r.__k, i || p$3, p$3, r.namespaceURI, i ? null : r.firstChild ? d$3.call(r.childNodes) : null, f, i ? i.__e : r.firstChild, u, o), E$1(f, r.__k, o), r.__k.props.children = null;
}
n$1 = { __e: function(n, t, r, u) {
	for (var i, o, e; t = t.__;) if ((i = t.__c) && !(1 & i.__g)) {
		i.__g |= 4;
		try {
			if ((e = (o = i.constructor) && o.getDerivedStateFromError) && i.setState(o.getDerivedStateFromError(n)), i.componentDidCatch && (i.componentDidCatch(n, u || {}), e = 1), e && 8 & i.__g) return void (i.__g |= 2);
		} catch (t) {
			n = t;
		}
	}
	throw f$3 = 0, n;
} }, t$2 = 0, r$2 = function(n) {
	return null != n && n.constructor === h$3;
}, x$2.prototype.setState = function(n, t) {
	var r = this.__s;
	r && r != this.state || (r = this.__s = _$3({}, this.state)), "function" == typeof n && (n = n(_$3({}, r), this.props)), n && (_$3(r, n), this.__v && (t && this.__k.push(t), L(this)));
}, x$2.prototype.forceUpdate = function(n) {
	this.__v && (this.__g |= 4, n && this.__h.push(n), L(this));
}, x$2.prototype.render = $, u$3 = [], f$3 = 0, o$3 = function(n, t) {
	return n.__v.__b - t.__v.__b;
}, e$2 = Symbol(), l$2 = /(PointerCapture)$|Capture$/i, c$2 = 0, a$3 = {};
// node_modules/preact/hooks/dist/hooks.mjs
var t$1;
var r$1;
var u$2;
var i$1;
var o$2 = Object.is;
var f$2 = 0;
var c$1 = [];
var e$1 = [];
var a$2 = n$1;
var v$1 = a$2.__b;
var l$1 = a$2.__r;
var m$2 = a$2.diffed;
var h$2 = a$2.__c;
var s$1 = a$2.unmount;
var p$2 = a$2.__;
function y$2(n, t) {
	a$2.__h && a$2.__h(r$1, n, f$2 || t), f$2 = 0;
	var u = r$1.__H || (r$1.__H = {
		__: [],
		__h: []
	});
	return n >= u.__.length && u.__.push({}), u.__[n];
}
function d$2(n) {
	return f$2 = 1, _$2(G, n);
}
function _$2(n, u, i) {
	var f = y$2(t$1++, 2);
	if (f.t = n, !f.__c && (f.__ = [i ? i(u) : G(void 0, u), function(n) {
		var t = (f.__N || f.__)[0], r = f.t(t, n);
		o$2(t, r) || (f.__N = [r, f.__[1]], f.__c.setState({}));
	}], f.__c = r$1, !r$1.__f)) {
		r$1.__f = !0;
		var c = r$1.shouldComponentUpdate;
		r$1.shouldComponentUpdate = function(n, t, r) {
			var u = this.__H;
			if (!u) return !0;
			var i = !1, f = this.props != n;
			if (u.__.some(function(n) {
				n.__N && (i = !0, o$2(n.__[0], n.__N[0]) || (f = !0));
			}), c) {
				var e = c.call(this, n, t, r);
				return i ? e || f : e;
			}
			return !i || f;
		};
	}
	return f.__;
}
function A$1(n, u) {
	var i = y$2(t$1++, 3);
	!a$2.__s && E(i.__H, u) && (i.__P = !0, i.__ = n, i.u = u, r$1.__H.__h.push(i));
}
function F$1(n, u) {
	var i = y$2(t$1++, 4);
	!a$2.__s && E(i.__H, u) && (i.__P = !1, i.__ = n, i.u = u, r$1.__h.push(i));
}
function T$1(n) {
	return f$2 = 5, w$2(function() {
		return { current: n };
	}, []);
}
function w$2(n, r) {
	var u = y$2(t$1++, 7);
	return E(u.__H, r) && (u.__ = n(), u.__H = r), u.__;
}
function P() {
	var n = y$2(t$1++, 11);
	if (!n.__) {
		for (var u = r$1.__v; !u.__m && u.__;) u = u.__;
		var i = u.__m || (u.__m = [0, 0]);
		n.__ = "P" + i[0] + "-" + i[1]++;
	}
	return n.__;
}
function g$2() {
	var n;
	do {
		for (; n = e$1.shift();) try {
			C(n);
		} catch (t) {
			a$2.__e(t, { __: (n = n.__P) && n.__v });
		}
		for (; n = c$1.shift();) {
			var t = n.__H;
			if (n.__P && t) try {
				t.__h.some(C), t.__h.some(D), t.__h = [];
			} catch (r) {
				t.__h = [], a$2.__e(r, n.__v);
			}
		}
	} while (e$1.length);
}
a$2.__b = function(n) {
	r$1 = null, v$1 && v$1(n);
}, a$2.__ = function(n, t) {
	n && t.__k && t.__k.__m && (n.__m = t.__k.__m), p$2 && p$2(n, t);
}, a$2.__r = function(n) {
	l$1 && l$1(n), t$1 = 0;
	var i = (r$1 = n.__c).__H;
	i && (u$2 == r$1 ? r$1.__h = [] : (i.__h.some(C), i.__h.some(D), t$1 = 0), i.__h = [], i.__.some(function(n) {
		n.__N && (n.__ = n.__N), n.u = n.__N = void 0;
	})), u$2 = r$1;
}, a$2.diffed = function(n) {
	m$2 && m$2(n);
	var t = n.__c;
	t && t.__H && (t.__H.__h.length && B(c$1.push(t)), t.__H.__.some(function(n) {
		n.u && (n.__H = n.u);
	})), u$2 = r$1 = null;
}, a$2.__c = function(n, t) {
	t.some(function(n) {
		try {
			n.__h.some(C), n.__h = n.__h.filter(function(n) {
				return !n.__ || D(n);
			});
		} catch (t) {
			n.__h = [function() {
				throw t;
			}];
		}
	}), h$2 && h$2(n, t);
}, a$2.unmount = function(n) {
	s$1 && s$1(n);
	var t, r, u = n.__c;
	u && u.__H && (u.__H.__.some(function(u) {
		try {
			if (u.__P && u.__c) {
				if (void 0 === r) {
					for (r = n.__; r && (!r.__c || !r.__c.__P);) r = r.__;
					r = r && r.__c;
				}
				u.__P = r, B(e$1.push(u));
			} else C(u);
		} catch (n) {
			t = n;
		}
	}), u.__H = void 0, t && a$2.__e(t, u.__v));
};
var k$1 = "function" == typeof requestAnimationFrame;
function z(n) {
	var t, r = function() {
		clearTimeout(u), k$1 && cancelAnimationFrame(t), setTimeout(n);
	}, u = setTimeout(r, 35);
	k$1 && (t = requestAnimationFrame(r));
}
function B(n) {
	1 != n && i$1 == a$2.requestAnimationFrame || ((i$1 = a$2.requestAnimationFrame) || z)(g$2);
}
function C(n) {
	var t = r$1, u = n.__c;
	"function" == typeof u && (n.__c = void 0, u()), r$1 = t;
}
function D(n) {
	var t = r$1;
	n.__c = n.__(), r$1 = t;
}
function E(n, t) {
	return !n || n.length != t.length || t.some(function(t, r) {
		return !o$2(t, n[r]);
	});
}
function G(n, t) {
	return "function" == typeof t ? t(n) : t;
}
// node_modules/@preact/signals-core/dist/signals-core.module.js
var i = Symbol.for("preact-signals");
function t() {
	if (!(v > 1)) {
		var i, t = !1;
		(function() {
			var i = c;
			c = void 0;
			while (void 0 !== i) {
				var t = i.S;
				if (t.v === i.v) {
					for (var r = t.t; void 0 !== r; r = r.x) if (r.i === i.i) r.i = t.i;
				}
				i = i.o;
			}
		})();
		while (void 0 !== h$1) {
			var r = h$1;
			h$1 = void 0;
			s++;
			while (void 0 !== r) {
				var n = r.u;
				r.u = void 0;
				r.f &= -3;
				if (!(8 & r.f) && w$1(r)) try {
					r.c();
				} catch (r) {
					if (!t) {
						i = r;
						t = !0;
					}
				}
				r = n;
			}
		}
		s = 0;
		v--;
		if (t) throw i;
	} else v--;
}
function r(i) {
	if (v > 0) return i();
	u$1 = ++e;
	v++;
	try {
		return i();
	} finally {
		t();
	}
}
var n;
var o$1 = void 0;
function f$1(i) {
	var t = o$1, r = n;
	o$1 = void 0;
	n = void 0;
	try {
		return i();
	} finally {
		o$1 = t;
		n = r;
	}
}
var h$1 = void 0;
var v = 0;
var s = 0;
var e = 0;
var u$1 = 0;
var c = void 0;
var a$1 = 0;
function d$1(i) {
	if (void 0 !== o$1) {
		var t = i.n;
		if (void 0 === t || t.t !== o$1) {
			t = {
				i: 0,
				S: i,
				p: o$1.s,
				n: void 0,
				t: o$1,
				e: void 0,
				x: void 0,
				r: t
			};
			if (void 0 !== o$1.s) o$1.s.n = t;
			o$1.s = t;
			i.n = t;
			if (32 & o$1.f) i.S(t);
			return t;
		} else if (-1 === t.i) {
			t.i = 0;
			if (void 0 !== t.n) {
				t.n.p = t.p;
				if (void 0 !== t.p) t.p.n = t.n;
				t.p = o$1.s;
				t.n = void 0;
				o$1.s.n = t;
				o$1.s = t;
			}
			return t;
		}
	}
}
function l(i, t) {
	this.v = i;
	this.i = 0;
	this.n = void 0;
	this.t = void 0;
	this.l = 0;
	this.W = null == t ? void 0 : t.watched;
	this.Z = null == t ? void 0 : t.unwatched;
	this.name = null == t ? void 0 : t.name;
}
l.prototype.brand = i;
l.prototype.h = function() {
	return !0;
};
l.prototype.S = function(i) {
	var t = this, r = this.t;
	if (r !== i && void 0 === i.e) {
		i.x = r;
		this.t = i;
		if (void 0 !== r) r.e = i;
		else f$1(function() {
			var i;
			null == (i = t.W) || i.call(t);
		});
	}
};
l.prototype.U = function(i) {
	var t = this;
	if (void 0 !== this.t) {
		var r = i.e, n = i.x;
		if (void 0 !== r) {
			r.x = n;
			i.e = void 0;
		}
		if (void 0 !== n) {
			n.e = r;
			i.x = void 0;
		}
		if (i === this.t) {
			this.t = n;
			if (void 0 === n) f$1(function() {
				var i;
				null == (i = t.Z) || i.call(t);
			});
		}
	}
};
l.prototype.subscribe = function(i) {
	var t = this;
	return x$1(function() {
		var r = t.value;
		f$1(function() {
			return i(r);
		});
	}, { name: "sub" });
};
l.prototype.valueOf = function() {
	return this.value;
};
l.prototype.toString = function() {
	return this.value + "";
};
l.prototype.toJSON = function() {
	return this.value;
};
l.prototype.peek = function() {
	var i = this;
	return f$1(function() {
		return i.value;
	});
};
Object.defineProperty(l.prototype, "value", {
	get: function() {
		var i = d$1(this);
		if (void 0 !== i) i.i = this.i;
		return this.v;
	},
	set: function(i) {
		if (i !== this.v) {
			if (s > 100) throw new Error("Cycle detected");
			(function(i) {
				if (0 !== v && 0 === s) {
					if (i.l !== u$1) {
						i.l = u$1;
						c = {
							S: i,
							v: i.v,
							i: i.i,
							o: c
						};
					}
				}
			})(this);
			this.v = i;
			this.i++;
			a$1++;
			v++;
			try {
				for (var r = this.t; void 0 !== r; r = r.x) r.t.N();
			} finally {
				t();
			}
		}
	}
});
function y$1(i, t) {
	return new l(i, t);
}
function w$1(i) {
	for (var t = i.s; void 0 !== t; t = t.n) if (t.S.i !== t.i || !t.S.h() || t.S.i !== t.i) return !0;
	return !1;
}
function b$1(i) {
	for (var t = i.s; void 0 !== t; t = t.n) {
		var r = t.S.n;
		if (void 0 !== r) t.r = r;
		t.S.n = t;
		t.i = -1;
		if (void 0 === t.n) {
			i.s = t;
			break;
		}
	}
}
function _$1(i) {
	var t = i.s, r = void 0;
	while (void 0 !== t) {
		var n = t.p;
		if (-1 === t.i) {
			t.S.U(t);
			if (void 0 !== n) n.n = t.n;
			if (void 0 !== t.n) t.n.p = n;
		} else r = t;
		t.S.n = t.r;
		if (void 0 !== t.r) t.r = void 0;
		t = n;
	}
	i.s = r;
}
function j(i, t) {
	l.call(this, void 0, t);
	this.x = i;
	this.s = void 0;
	this.g = a$1 - 1;
	this.f = 4;
}
j.prototype = new l();
j.prototype.h = function() {
	this.f &= -3;
	if (1 & this.f) return !1;
	if (32 == (36 & this.f)) return !0;
	this.f &= -5;
	if (this.g === a$1) return !0;
	this.g = a$1;
	this.f |= 1;
	if (this.i > 0 && !w$1(this)) {
		this.f &= -2;
		return !0;
	}
	var i = o$1;
	try {
		b$1(this);
		o$1 = this;
		var t = this.x();
		if (16 & this.f || this.v !== t || 0 === this.i) {
			this.v = t;
			this.f &= -17;
			this.i++;
		}
	} catch (i) {
		this.v = i;
		this.f |= 16;
		this.i++;
	}
	o$1 = i;
	_$1(this);
	this.f &= -2;
	return !0;
};
j.prototype.S = function(i) {
	if (void 0 === this.t) {
		this.f |= 36;
		for (var t = this.s; void 0 !== t; t = t.n) t.S.S(t);
	}
	l.prototype.S.call(this, i);
};
j.prototype.U = function(i) {
	if (void 0 !== this.t) {
		l.prototype.U.call(this, i);
		if (void 0 === this.t) {
			this.f &= -33;
			for (var t = this.s; void 0 !== t; t = t.n) t.S.U(t);
		}
	}
};
j.prototype.N = function() {
	if (!(2 & this.f)) {
		this.f |= 6;
		for (var i = this.t; void 0 !== i; i = i.x) i.t.N();
	}
};
Object.defineProperty(j.prototype, "value", { get: function() {
	if (1 & this.f) throw new Error("Cycle detected");
	var i = d$1(this);
	this.h();
	if (void 0 !== i) i.i = this.i;
	if (16 & this.f) throw this.v;
	return this.v;
} });
function O(i, t) {
	return new j(i, t);
}
function p$1(i) {
	var r = i.j;
	i.j = void 0;
	if ("function" == typeof r) {
		v++;
		var n = o$1;
		o$1 = void 0;
		try {
			r();
		} catch (t) {
			i.f &= -2;
			i.f |= 8;
			g$1(i);
			throw t;
		} finally {
			o$1 = n;
			t();
		}
	}
}
function g$1(i) {
	for (var t = i.s; void 0 !== t; t = t.n) t.S.U(t);
	i.x = void 0;
	i.s = void 0;
	p$1(i);
}
function S(i) {
	if (o$1 !== this) throw new Error("Out-of-order effect");
	_$1(this);
	o$1 = i;
	this.f &= -2;
	try {
		if (8 & this.f) g$1(this);
	} finally {
		t();
	}
}
function m$1(i, t) {
	this.x = i;
	this.j = void 0;
	this.s = void 0;
	this.u = void 0;
	this.f = 32;
	this.name = null == t ? void 0 : t.name;
	if (n) n.push(this);
}
m$1.prototype.c = function() {
	var i = this.S();
	try {
		if (8 & this.f) return;
		if (void 0 === this.x) return;
		var t = this.x();
		if ("function" == typeof t) this.j = t;
	} finally {
		i();
	}
};
m$1.prototype.S = function() {
	if (1 & this.f) throw new Error("Cycle detected");
	this.f |= 1;
	this.f &= -9;
	p$1(this);
	b$1(this);
	v++;
	var i = o$1;
	o$1 = this;
	return S.bind(this, i);
};
m$1.prototype.N = function() {
	if (!(2 & this.f)) {
		this.f |= 2;
		this.u = h$1;
		h$1 = this;
	}
};
m$1.prototype.d = function() {
	this.f |= 8;
	if (!(1 & this.f)) g$1(this);
};
m$1.prototype.dispose = function() {
	this.d();
};
function x$1(i, t) {
	var r = new m$1(i, t);
	try {
		r.c();
	} catch (i) {
		r.d();
		throw i;
	}
	var n = r.d.bind(r);
	n[Symbol.dispose] = n;
	return n;
}
// node_modules/@preact/signals/dist/signals.module.js
var h;
var d;
var p;
var m = "undefined" != typeof window && !!window.__PREACT_SIGNALS_DEVTOOLS__;
var _ = [];
var g = [];
x$1(function() {
	h = this.N;
})();
function b(i, n) {
	n$1[i] = n.bind(null, n$1[i] || function() {});
}
function y(i) {
	if (p) {
		var n = p;
		p = void 0;
		n();
	}
	p = i && i.S();
}
function w(i) {
	var n = this, r = i.data, t = useSignal(r);
	t.name = "ReactiveDom";
	t.value = r;
	var e = w$2(function() {
		var i = n, r = n.__v;
		while (r = r.__) if (r.__c) {
			r.__c.__$f |= 4;
			break;
		}
		var o = O(function() {
			var i = t.value.value;
			return 0 === i ? 0 : !0 === i ? "" : i || "";
		}), e = O(function() {
			return !Array.isArray(o.value) && !r$2(o.value);
		}), u = x$1(function() {
			this.N = M;
			if (e.value) {
				var n = o.value;
				if (i.__v && i.__v.__e && 3 === i.__v.__e.nodeType) i.__v.__e.data = n;
			}
		}), c = n.__$u.d;
		n.__$u.d = function() {
			u();
			c.call(this);
		};
		return [e, o];
	}, []), u = e[0], c = e[1];
	return u.value ? c.peek() : c.value;
}
w.displayName = "ReactiveTextNode";
Object.defineProperties(l.prototype, {
	constructor: {
		configurable: !0,
		value: k$2($, null).constructor
	},
	type: {
		configurable: !0,
		value: w
	},
	props: {
		configurable: !0,
		get: function() {
			var i = this;
			return { data: { get value() {
				return i.value;
			} } };
		}
	},
	__b: {
		configurable: !0,
		value: 1
	}
});
b("__b", function(i, n) {
	y();
	d = void 0;
	if ("string" == typeof n.type) {
		var r, t = n.props;
		for (var f in t) if ("children" !== f) {
			var o = t[f];
			if (o instanceof l) {
				if (!r) n.__np = r = {};
				r[f] = o;
				t[f] = o.peek();
			}
		}
	}
	i(n);
});
b("__r", function(i, r) {
	i(r);
	if (r.type !== $) {
		y();
		var t, f = r.__c;
		if (f) {
			f.__$f &= -2;
			if (void 0 === (t = f.__$u)) f.__$u = t = function(i, n) {
				var r;
				x$1(function() {
					r = this;
				}, { name: n });
				r.c = i;
				return r;
			}(function(i) {
				return function() {
					var n;
					if (m) null == (n = this.y) || n.call(this);
					i.__$f |= 1;
					i.setState({});
				};
			}(f), "function" == typeof r.type ? r.type.displayName || r.type.name : "");
		}
		d = f;
		y(t);
	}
});
b("__e", function(i, n, r, t) {
	y();
	d = void 0;
	i(n, r, t);
});
b("diffed", function(i, n) {
	y();
	d = void 0;
	var r;
	if ("string" == typeof n.type && (r = n.__e)) {
		var t = n.__np, f = n.props, o = r.U;
		if (o) for (var e in o) {
			var u = o[e];
			if (!(void 0 === u || t && e in t)) {
				u.d();
				o[e] = void 0;
			}
		}
		if (t) {
			if (!o) {
				o = {};
				r.U = o;
			}
			for (var a in t) {
				var c = o[a], v = t[a];
				if (void 0 === c) {
					c = k(r, a, v, f);
					o[a] = c;
				} else c.o(v, f);
			}
		}
	}
	i(n);
});
function k(i, n, r, t) {
	var f = n in i && void 0 === i.ownerSVGElement, o = y$1(r);
	return {
		o: function(i, n) {
			o.value = i;
			t = n;
		},
		d: x$1(function() {
			this.N = M;
			var r = o.value.value;
			if (t[n] !== r) {
				t[n] = r;
				if (f) i[n] = r;
				else if (null != r && (!1 !== r || "-" === n[4])) i.setAttribute(n, r);
				else i.removeAttribute(n);
			}
		})
	};
}
b("unmount", function(i, n) {
	if ("string" == typeof n.type) {
		var r = n.__e;
		if (r) {
			var t = r.U;
			if (t) {
				r.U = void 0;
				for (var f in t) {
					var o = t[f];
					if (o) o.d();
				}
			}
		}
		var e = n.__np;
		if (e) {
			var u = n.props;
			for (var a in e) u[a] = e[a];
		}
		n.__np = void 0;
	} else {
		var c = n.__c;
		if (c) {
			c.__$f |= 8;
			var v = c.__$u;
			if (v) {
				c.__$u = void 0;
				v.d();
			}
		}
	}
	i(n);
});
b("__h", function(i, n, r, t) {
	if (t < 3) n.__$f |= 2;
	i(n, r, t);
});
x$2.prototype.shouldComponentUpdate = function(i, n) {
	if (this.__R) return !0;
	var r = this.__$u, t = r && void 0 !== r.s;
	for (var f in n) return !0;
	if (this.__f || "boolean" == typeof this.u && !0 === this.u) {
		var o = 2 & this.__$f;
		if (!(t || o || 4 & this.__$f)) return !0;
		if (1 & this.__$f) return !0;
	} else {
		if (!(t || 4 & this.__$f)) return !0;
		if (3 & this.__$f) return !0;
	}
	for (var e in i) if ("__source" !== e && i[e] !== this.props[e]) return !0;
	for (var u in this.props) if (!(u in i)) return !0;
	return !1;
};
function useSignal(i, n) {
	return w$2(function() {
		return y$1(i, n);
	}, []);
}
var q = "undefined" == typeof requestAnimationFrame ? setTimeout : function(i) {
	var n = function() {
		clearTimeout(r);
		cancelAnimationFrame(t);
		i();
	}, r = setTimeout(n, 35), t = requestAnimationFrame(n);
};
var A = function(i) {
	queueMicrotask(function() {
		queueMicrotask(i);
	});
};
function T() {
	r(function() {
		var i;
		while (i = _.shift()) h.call(i);
	});
}
function x() {
	if (1 === _.push(this)) (n$1.requestAnimationFrame || q)(T);
}
function F() {
	r(function() {
		var i;
		while (i = g.shift()) h.call(i);
	});
}
function M() {
	if (1 === g.push(this)) (n$1.requestAnimationFrame || A)(F);
}
function useSignalEffect(i, n) {
	var r = T$1(i);
	r.current = i;
	var t = d;
	A$1(function() {
		return x$1(function() {
			this.N = x;
			if (!(t && 8 & t.__$f)) return r.current();
		}, n);
	}, []);
}
// src/meeting/memory.ts
function read$1(kind, key) {
	try {
		return globalThis[kind].getItem(`diemcau.${key}`) ?? void 0;
	} catch {
		return;
	}
}
function write(kind, key, value) {
	try {
		if (value === void 0) globalThis[kind].removeItem(`diemcau.${key}`);
		else globalThis[kind].setItem(`diemcau.${key}`, value);
	} catch {}
}
/** A choice of the person at this computer, kept from visit to visit. */
function recall(key) {
	return read$1("localStorage", key);
}
/** Keeps such a choice. */
function remember(key, value) {
	write("localStorage", key, value);
}
/** The seat that this tab has in a meeting. */
function keptSeat(code) {
	try {
		const seat = JSON.parse(read$1("sessionStorage", `seat.${code}`) ?? "null");
		if (typeof seat?.token !== "string" || typeof seat.name !== "string") return void 0;
		return {
			token: seat.token,
			name: seat.name,
			muted: seat.muted === true
		};
	} catch {
		return;
	}
}
/** Keeps the seat of this tab in a meeting; undefined forgets it. */
function keepSeat(code, seat) {
	write("sessionStorage", `seat.${code}`, seat && JSON.stringify(seat));
}
// src/meeting/code.ts
var digits = "0123456789abcdefghjkmnpqrstvwxyz";
var length$1 = 9;
/**
* Reads a meeting code out of what a person typed or pasted: the code in any case and with any separators, or a whole link that
* holds `/m/CODE`. Returns it as `abc-def-ghj`, or why it is none.
*/
function readCode(input) {
	const link = /\/m\/([^/?#\s]+)/i.exec(input);
	const text = (link ? link[1] : input).normalize("NFKC").toLowerCase();
	if (!/\p{L}|\p{N}/u.test(text)) return { problem: "empty" };
	if (/đ|\p{M}/u.test(text.normalize("NFD"))) return { problem: "accents" };
	const symbols = text.replace(/[\s\p{P}\p{S}\p{Cf}]+/gu, "").replace(/o/g, "0").replace(/[il]/g, "1");
	if (symbols.length !== length$1 || [...symbols].some((s) => !digits.includes(s))) return { problem: "malformed" };
	return { code: symbols.replace(/(...)(?=.)/g, "$1-") };
}
// src/meeting/route.ts
/** Reads `/`, `/m/CODE?name=…&join=1&muted=1&lang=en` and the fragment `#key=HOST-KEY`. */
function readRoute(url) {
	const segment = /^\/m\/([^/]+)/.exec(url.pathname)?.[1];
	const query = url.searchParams;
	const lang = query.get("lang");
	return {
		code: segment === void 0 ? void 0 : canonical(segment),
		name: cleanName(query.get("name") ?? ""),
		join: query.get("join") === "1",
		muted: query.get("muted") === "1",
		lang: lang === "vi" || lang === "en" ? lang : void 0,
		key: new URLSearchParams(url.hash.slice(1)).get("key") ?? void 0
	};
}
function canonical(segment) {
	const read = readCode(segment);
	return "code" in read ? read.code : segment;
}
/** A name as it is sent: no white space around it or doubled in it, no control characters. */
function cleanName(name) {
	return name.normalize("NFC").replace(/[\s\p{Cc}]+/gu, " ").trim();
}
/** Why a name cannot be used, or undefined. */
function nameProblem(name) {
	const length = [...cleanName(name)].length;
	if (length === 0) return "empty";
	return length > 64 ? "long" : void 0;
}
// src/ui/navigation.ts
/** What the address asks for now. */
var route = y$1(read());
/** Goes to another address of the page. */
function go(path) {
	history.pushState(null, "", path);
	route.value = read();
}
/** Goes there when a plain click on a link asks for it; clicks that ask for another tab are the browser's. */
function follow(event) {
	if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
	event.preventDefault();
	go(event.currentTarget.pathname);
}
/** Reads the address, and takes a secret out of it before anything else can see or keep it. */
function read() {
	const found = readRoute(new URL(location.href));
	if (found.key !== void 0) history.replaceState(null, "", location.pathname + location.search);
	return found;
}
for (const event of ["popstate", "hashchange"]) addEventListener(event, () => {
	route.value = read();
});
// src/codec/capture.worklet.ts?worker&url
var capture_worklet_default = "/assets/capture.worklet-BoM5eXgb.js";
// src/codec/microphone.ts
/** Opens the microphone `device`, or the default one if that is not there, with echo cancelling, noise suppression and gain control. */
async function openMicrophone(device) {
	if (!navigator.mediaDevices?.getUserMedia) return "unsupported";
	const audio = {
		echoCancellation: true,
		noiseSuppression: true,
		autoGainControl: true,
		channelCount: 1,
		...device ? { deviceId: { exact: device } } : {}
	};
	try {
		return await navigator.mediaDevices.getUserMedia({ audio });
	} catch (error) {
		const name = error instanceof DOMException ? error.name : "";
		if (device && (name === "OverconstrainedError" || name === "NotFoundError")) return openMicrophone();
		if (name === "NotAllowedError" || name === "SecurityError") return "refused";
		return name === "NotFoundError" ? "none" : "busy";
	}
}
// src/codec/playout.worklet.ts?worker&url
var playout_worklet_default = "/assets/playout.worklet-DaDE_Jk8.js";
// src/codec/tone.ts
var notes = [
	523.25,
	659.25,
	783.99
];
var length = 1;
/** Plays a soft rising triad of 1 s; resolves when it is over. */
async function playTone(context) {
	const start = context.currentTime + .02;
	const sum = new GainNode(context, { gain: .12 });
	sum.connect(context.destination);
	notes.forEach((frequency, i) => {
		const gain = new GainNode(context, { gain: 0 });
		const begin = start + i * .15;
		gain.gain.setValueAtTime(0, begin);
		gain.gain.linearRampToValueAtTime(1, begin + .03);
		gain.gain.exponentialRampToValueAtTime(.001, start + length);
		const note = new OscillatorNode(context, { frequency });
		note.connect(gain).connect(sum);
		note.start(begin);
		note.stop(start + length);
	});
	await new Promise((resolve) => setTimeout(resolve, 1100));
	sum.disconnect();
}
// src/codec/vad.ts
/** 10 log10 of a mean power, -120 at the least. */
function dB(power) {
	return 10 * Math.log10(power + 1e-12);
}
// src/codec/audio.ts
var decay = 60;
var quiet = -127;
/** Microphone, loudspeaker and the two worklets of the page. One per page; main thread only. */
var AudioEngine = class {
	#onChange;
	#status = {
		microphone: "off",
		microphoneName: "",
		needsGesture: false,
		output: "on"
	};
	#starting;
	#graph;
	#microphone;
	#wanted;
	#muted = false;
	#meter = {
		level: quiet,
		at: 0
	};
	/** @param onChange is called with every change of status, never inside the constructor. */
	constructor(onChange) {
		this.#onChange = onChange;
	}
	get status() {
		return this.#status;
	}
	/** Opens loudspeaker and worklets; needs no gesture (see status.needsGesture). Rejects only if the browser has no AudioWorklet. */
	start() {
		this.#starting ??= this.#start();
		return this.#starting;
	}
	/** Opens this microphone (the default if not given or gone) or changes to it; starts, too; the ports stay. Never rejects. */
	async openMicrophone(device) {
		const wanted = { device };
		this.#wanted = wanted;
		const starting = this.start().catch(() => void 0);
		const opened = await openMicrophone(device);
		await starting;
		if (this.#wanted !== wanted || !this.#graph) {
			if (typeof opened !== "string") for (const track of opened.getTracks()) track.stop();
			return this.#status.microphone;
		}
		this.#disconnect();
		if (typeof opened === "string") this.#report({
			microphone: opened,
			microphoneName: ""
		});
		else this.#attach(opened, this.#graph);
		return this.#status.microphone;
	}
	/** Closes the microphone: the browser's recording sign goes out. */
	closeMicrophone() {
		this.#wanted = void 0;
		this.#disconnect();
		this.#report({
			microphone: "off",
			microphoneName: ""
		});
	}
	/** Microphones and loudspeakers; labels are empty until a microphone was allowed once. */
	async devices() {
		const all = await navigator.mediaDevices?.enumerateDevices().catch(() => []) ?? [];
		return {
			microphones: all.filter((d) => d.kind === "audioinput"),
			speakers: all.filter((d) => d.kind === "audiooutput")
		};
	}
	/** Plays through this loudspeaker, "" = default. False if the browser or the device refuses; the old one stays. */
	async useSpeaker(device) {
		const context = this.#graph?.context;
		if (!context?.setSinkId) return device === "";
		try {
			await context.setSinkId(device);
			this.#report({ output: "on" });
			return true;
		} catch {
			return false;
		}
	}
	/** Muted: no sample leaves the capture worklet from now on. Kept over device changes. */
	setMuted(muted) {
		this.#muted = muted;
		this.#meter.level = quiet;
		if (this.#microphone) this.#microphone.track.enabled = !muted;
		this.#graph?.capture.port.postMessage({ muted });
	}
	/** Level of the microphone now, for a meter: dBov, -127 (silence, also when muted) to 0; attack at once, decay 60 dB/s. */
	get level() {
		const { level, at } = this.#meter;
		return Math.max(quiet, level - (performance.now() - at) / 1e3 * decay);
	}
	/** A pleasant tone of 1 s from the loudspeaker; resolves when it is over. */
	async testTone() {
		await this.start();
		if (this.#graph) await playTone(this.#graph.context);
	}
	/** Call in a click's or key's handler while status.needsGesture. True if sound runs now. */
	async resume() {
		await this.#graph?.context.resume().catch(() => void 0);
		return this.#graph?.context.state === "running";
	}
	/** New ports for a new worker; earlier ones go dead. After start() only. */
	ports() {
		if (!this.#graph) throw new Error("AudioEngine.ports() before start()");
		return {
			capture: newPort(this.#graph.capture),
			playout: newPort(this.#graph.playout)
		};
	}
	/** Stops everything; the engine cannot be started again. */
	close() {
		navigator.mediaDevices?.removeEventListener("devicechange", this.#devicesChanged);
		this.#wanted = void 0;
		this.#disconnect();
		this.#graph?.context.close().catch(() => void 0);
		this.#graph = void 0;
	}
	async #start() {
		const context = new AudioContext({
			sampleRate: 48e3,
			latencyHint: "interactive"
		});
		await Promise.all([capture_worklet_default, playout_worklet_default].map((url) => context.audioWorklet.addModule(url)));
		const capture = new AudioWorkletNode(context, "capture", {
			numberOfOutputs: 0,
			channelCount: 1,
			channelCountMode: "explicit"
		});
		const playout = new AudioWorkletNode(context, "playout", {
			numberOfInputs: 0,
			outputChannelCount: [1]
		});
		playout.connect(context.destination);
		capture.port.onmessage = ({ data }) => this.#metered(data);
		this.#graph = {
			context,
			capture,
			playout
		};
		this.setMuted(this.#muted);
		context.addEventListener("error", () => this.#report({ output: "failed" }));
		context.addEventListener("statechange", () => this.#report({ needsGesture: context.state !== "running" }));
		navigator.mediaDevices?.addEventListener("devicechange", this.#devicesChanged);
		if (context.state !== "running") context.resume().catch(() => void 0);
		this.#report({ needsGesture: context.state !== "running" });
	}
	#attach(stream, { context, capture }) {
		const track = stream.getAudioTracks()[0];
		track.enabled = !this.#muted;
		track.addEventListener("ended", () => this.#lost(track));
		const source = context.createMediaStreamSource(stream);
		source.connect(capture);
		this.#microphone = {
			track,
			source
		};
		this.#report({
			microphone: "on",
			microphoneName: track.label
		});
	}
	#disconnect() {
		this.#microphone?.source.disconnect();
		this.#microphone?.track.stop();
		this.#microphone = void 0;
	}
	#lost(track) {
		if (track !== this.#microphone?.track) return;
		this.#disconnect();
		this.#report({
			microphone: "lost",
			microphoneName: ""
		});
		this.#devicesChanged();
	}
	/** Something was plugged in or out: try what failed once more. */
	#devicesChanged = () => {
		const { microphone, output } = this.#status;
		if (this.#wanted && (microphone === "lost" || microphone === "none" || microphone === "busy")) this.openMicrophone(this.#wanted.device);
		if (output === "failed") this.useSpeaker("");
	};
	#metered(power) {
		if (this.#muted) return;
		this.#meter = {
			level: Math.max(this.level, dB(power), quiet),
			at: performance.now()
		};
	}
	#report(change) {
		const before = this.#status;
		this.#status = {
			...before,
			...change
		};
		if (Object.entries(change).some(([key, value]) => before[key] !== value)) this.#onChange(this.#status);
	}
};
/** A channel whose one end the worklet takes. */
function newPort(node) {
	const { port1, port2 } = new MessageChannel();
	node.port.postMessage({ port: port1 }, [port1]);
	return port2;
}
// src/meeting/api.ts
/** The server's refusal, in words for the person at the page. */
var Refusal = class extends Error {
	sentence;
	constructor(sentence) {
		super(sentence.code);
		this.sentence = sentence;
	}
};
/** No answer, or none that can be understood: the line, a proxy or the server is down. Trying again makes sense. */
var Unreachable = class extends Error {};
var patience = 15e3;
/** Describes a meeting. Rejects with Refusal or Unreachable. */
function getMeeting(code) {
	return call(`/api/meetings/${encodeURIComponent(code)}`, {});
}
/** Opens a meeting. Rejects with Refusal or Unreachable. */
function openMeeting(title, hostKey) {
	return call("/api/meetings", {
		method: "POST",
		headers: {
			Authorization: `Bearer ${encodeToken(hostKey)}`,
			"Content-Type": "application/json"
		},
		body: JSON.stringify({ title })
	});
}
async function call(path, init) {
	try {
		const answer = await fetch(path, {
			...init,
			cache: "no-store",
			signal: AbortSignal.timeout(patience)
		});
		const body = await answer.json();
		if (answer.ok) return body;
		if (isSentence(body)) throw new Refusal(body);
	} catch (error) {
		if (error instanceof Refusal) throw error;
	}
	throw new Unreachable();
}
function isSentence(body) {
	const s = body;
	return typeof s?.code === "string" && typeof s.vi === "string" && typeof s.en === "string";
}
/** A header holds bytes, not letters: a key with accents is sent as its UTF-8 bytes instead of failing before it is sent. */
function encodeToken(key) {
	return String.fromCharCode(...new TextEncoder().encode(key.trim()));
}
// src/meeting/line.ts
var grades = [
	"good",
	"fair",
	"poor"
];
var betterAfter = 4;
/** The grade of one report. What repair brings back is not heard, so the loss that remains weighs most. */
function gradeOf(line) {
	const residual = line.lossDown * (1 - line.recoveredDown);
	const loss = Math.max(line.lossDown, line.lossUp);
	const rtt = line.rtt ?? 0;
	if (residual <= .02 && loss <= .1 && rtt <= 400) return "good";
	if (residual <= .06 && loss <= .3 && rtt <= 900) return "fair";
	return "poor";
}
/** Grades report after report: worse at once, better only when it lasts. */
var LineGrade = class {
	#grade;
	#better = [];
	/** Takes the report of one more second and returns the grade to show. */
	report(line) {
		const grade = gradeOf(line);
		if (this.#grade === void 0 || rank(grade) >= rank(this.#grade)) {
			this.#better = [];
			this.#grade = grade;
			return grade;
		}
		this.#better.push(grade);
		if (this.#better.length === betterAfter) {
			this.#grade = this.#better.reduce((a, b) => rank(a) > rank(b) ? a : b);
			this.#better = [];
		}
		return this.#grade;
	}
};
var rank = (grade) => grades.indexOf(grade);
/** The numbers of a report. Loss is that of the worse direction; recovery is known of what comes down, and only if something was lost. */
function numbersOf(line) {
	return {
		loss: Math.round(100 * Math.max(line.lossDown, line.lossUp)),
		recovered: line.lossDown > 0 ? Math.round(100 * line.recoveredDown) : void 0,
		delay: line.rtt === void 0 ? void 0 : Math.round(line.rtt),
		down: Math.round(line.kbpsDown),
		up: Math.round(line.kbpsUp)
	};
}
// src/meeting/notices.ts
var gather = 3e3;
/** Gathers joins and leaves for a few seconds. Times are ms of one clock. */
var Notices = class {
	#joined = /* @__PURE__ */ new Set();
	#left = /* @__PURE__ */ new Set();
	#since;
	/** Somebody took a seat. Who came and went meanwhile is not announced at all. */
	joined(name, now) {
		this.#change(this.#joined, this.#left, name, now);
	}
	/** Somebody gave a seat up. */
	left(name, now) {
		this.#change(this.#left, this.#joined, name, now);
	}
	/** What there is to announce at time `now`, once it has been gathered long enough. */
	take(now) {
		if (this.#since === void 0 || now - this.#since < gather) return void 0;
		const notice = {
			joined: [...this.#joined],
			left: [...this.#left]
		};
		this.#joined.clear();
		this.#left.clear();
		this.#since = void 0;
		return notice.joined.length + notice.left.length > 0 ? notice : void 0;
	}
	#change(to, from, name, now) {
		if (!from.delete(name)) to.add(name);
		this.#since ??= now;
	}
};
// src/meeting/speaking.ts
var startAt = -50;
var keepAt = -58;
var startAfter = 150;
var stopAfter = 1200;
/** Follows the levels and says who speaks. All times are ms of one clock that never runs backwards. */
var Speaking = class {
	#voices = /* @__PURE__ */ new Map();
	#main;
	/** Takes a report of who is heard at time `now`; a publication that is not in it is silent. */
	report(levels, now) {
		for (const [publication, level] of levels) {
			const voice = this.#voices.get(publication);
			if (level < (voice ? keepAt : startAt)) continue;
			if (!voice) this.#voices.set(publication, {
				since: now,
				heard: now,
				speaking: false
			});
			else {
				voice.heard = now;
				voice.speaking ||= now - voice.since >= startAfter;
			}
		}
	}
	/** Who speaks at time `now`. The main speaker stays until silent; then the one who has spoken longest follows. */
	speakers(now) {
		for (const [publication, voice] of this.#voices) {
			const patience = voice.speaking ? stopAfter : 300;
			if (now - voice.heard > patience) this.#voices.delete(publication);
		}
		const speaking = [...this.#voices].filter(([, voice]) => voice.speaking).map(([publication]) => publication);
		if (speaking.length === 0) return {
			main: this.#main,
			now: false,
			others: []
		};
		if (this.#main === void 0 || !speaking.includes(this.#main)) this.#main = speaking[0];
		return {
			main: this.#main,
			now: true,
			others: speaking.filter((p) => p !== this.#main)
		};
	}
};
/** Whether two answers name the same people. */
function sameSpeakers(a, b) {
	return a.main === b.main && a.now === b.now && a.others.length === b.others.length && a.others.every((p, i) => p === b.others[i]);
}
// src/meeting/call.ts
var tickEvery = 200;
/** One stay in a meeting, from join to close. Owns its worker. */
var Call = class {
	state = y$1("connecting");
	title = y$1("");
	you = y$1(void 0);
	seats = y$1(/* @__PURE__ */ new Map());
	speaking = y$1({
		now: false,
		others: []
	});
	level = y$1(-127);
	muted = y$1(false);
	line = y$1(void 0);
	notice = y$1(void 0);
	error = y$1(void 0);
	listen;
	#worker;
	#events;
	#welcomed = false;
	#voices = new Speaking();
	#heard = {
		now: false,
		others: []
	};
	#grade = new LineGrade();
	#notices = new Notices();
	#timer;
	/** Joins at once through the worker, which gets the ports of loudspeaker and microphone. */
	constructor(worker, join, ports, events) {
		this.#worker = worker;
		this.#events = events;
		this.listen = join.listen;
		this.muted.value = join.muted;
		events.onMuted(join.muted);
		worker.onmessage = (event) => this.#take(event.data);
		const transfer = ports.capture ? [ports.capture, ports.playout] : [ports.playout];
		worker.postMessage({
			type: "ports",
			...ports
		}, transfer);
		const { code, ...rest } = join;
		worker.postMessage({
			type: "join",
			meeting: code,
			...rest
		});
		this.#timer = setInterval(() => this.#tick(), tickEvery);
	}
	/** Closes or opens the microphone for the others. */
	setMuted(muted) {
		if (this.listen || muted === this.muted.value) return;
		this.muted.value = muted;
		this.#events.onMuted(muted);
		this.#worker.postMessage({
			type: "mute",
			muted
		});
	}
	/** Gives the seat up. The worker says goodbye to the relay by itself; close() follows. */
	leave() {
		this.#worker.postMessage({ type: "leave" });
	}
	/** Ends the worker and the clock. The call reports nothing more. */
	close() {
		clearInterval(this.#timer);
		this.#worker.onmessage = null;
		this.#worker.terminate();
	}
	#take(message) {
		switch (message.type) {
			case "state":
				this.state.value = message.state;
				break;
			case "welcome":
				this.#welcome(message);
				break;
			case "seat":
				this.#seat(message.seat, message.kind);
				break;
			case "left":
				this.#left(message.id);
				break;
			case "levels":
				this.#levels(message.levels);
				break;
			case "line":
				this.line.value = {
					grade: this.#grade.report(message.line),
					numbers: numbersOf(message.line)
				};
				break;
			case "error":
				this.error.value = message.error;
				break;
			case "ended":
				this.#events.onEnded(message.reason);
				break;
			case "sound": this.#events.onSound();
		}
	}
	#welcome(w) {
		this.state.value = "joined";
		this.title.value = w.title;
		this.you.value = w.you;
		this.seats.value = new Map(w.seats.map((seat) => [seat.id, seat]));
		if (!this.#welcomed && w.muted) this.setMuted(true);
		else if (this.muted.value !== w.muted && !this.listen) this.#worker.postMessage({
			type: "mute",
			muted: this.muted.value
		});
		this.#welcomed = true;
		this.#events.onSeat(w.token);
	}
	#seat(seat, kind) {
		this.seats.value = new Map(this.seats.value).set(seat.id, seat);
		if (kind === "joined" && seat.id !== this.you.value) this.#notices.joined(seat.name, performance.now());
	}
	#left(id) {
		const seats = new Map(this.seats.value);
		const seat = seats.get(id);
		if (!seat) return;
		seats.delete(id);
		this.seats.value = seats;
		this.#notices.left(seat.name, performance.now());
	}
	#levels(levels) {
		this.#voices.report(levels, performance.now());
		this.level.value = levels.find(([publication]) => publication === this.#heard.main)?.[1] ?? -127;
		this.#tick();
	}
	#tick() {
		const now = performance.now();
		this.#notice(now);
		const heard = this.#voices.speakers(now);
		if (sameSpeakers(heard, this.#heard)) return;
		this.#heard = heard;
		const ids = /* @__PURE__ */ new Map();
		for (const seat of this.seats.value.values()) if (seat.publication) ids.set(seat.publication, seat.id);
		const main = ids.get(heard.main) ?? this.speaking.value.main;
		const others = heard.others.flatMap((publication) => ids.get(publication) ?? []);
		this.speaking.value = {
			main,
			now: heard.now && ids.has(heard.main),
			others
		};
	}
	#notice(now) {
		const notice = this.#notices.take(now);
		if (notice) this.notice.value = notice;
	}
};
// src/meeting/room.ts
var retryAfter = 3e3;
var goodbye = 500;
/** The page of one meeting. One at a time; call close() when the person goes elsewhere. */
var Room = class {
	code;
	stage = y$1({ at: "finding" });
	sound = y$1({
		microphone: "off",
		microphoneName: "",
		needsGesture: false,
		output: "on"
	});
	audio;
	#wish;
	#started;
	#worker;
	#retry;
	#closed = false;
	constructor(route) {
		this.code = route.code ?? "";
		this.#wish = keptSeat(this.code);
		if (route.join && nameProblem(route.name) === void 0) this.#wish ??= {
			name: route.name,
			muted: route.muted
		};
		this.audio = new AudioEngine((status) => {
			this.sound.value = status;
		});
	}
	/** Finds the meeting; then the lobby, or straight in if the address asks for it or this tab has a seat. */
	async find() {
		clearTimeout(this.#retry);
		const lack = lacking();
		if (lack) return this.#trouble(lack);
		this.#worker ??= spawn();
		try {
			const meeting = await getMeeting(this.code);
			if (this.#closed) return;
			if (this.#wish) return await this.#enter(meeting, this.#wish, await this.#mustListen());
			this.stage.value = {
				at: "lobby",
				meeting
			};
			await this.openMicrophone();
		} catch (error) {
			if (this.#closed) return;
			if (error instanceof Refusal) return this.#trouble(error.sentence);
			this.#trouble("no-server");
			this.#retry = setTimeout(() => void this.find(), retryAfter);
		}
	}
	/** Opens loudspeaker and microphone: this one, or the one chosen last time. */
	async openMicrophone(device) {
		if (device !== void 0) remember("microphone", device);
		this.#started ??= this.audio.start();
		await this.#started;
		await this.audio.openMicrophone(device ?? recall("microphone"));
	}
	/** From the lobby: joins under this name. Without a working microphone the person listens. */
	async join(name, muted) {
		const stage = this.stage.value;
		if (stage.at !== "lobby") return;
		remember("name", name);
		const { microphone } = this.sound.value;
		await this.#enter(stage.meeting, {
			name,
			muted
		}, microphone !== "on" && microphone !== "lost");
	}
	/** Leaves: the seat is given up. */
	leave() {
		const stage = this.stage.value;
		if (stage.at !== "call") return;
		stage.call.leave();
		setTimeout(() => stage.call.close(), goodbye);
		keepSeat(this.code, void 0);
		this.#wish = this.#wish && {
			...this.#wish,
			token: void 0
		};
		this.audio.closeMicrophone();
		this.stage.value = {
			at: "left",
			meeting: stage.meeting
		};
	}
	/** Back into the meeting as one was in it. */
	again() {
		this.stage.value = { at: "finding" };
		this.find();
	}
	/** Ends everything here; the seat stays for whoever returns to the page. */
	close() {
		this.#closed = true;
		clearTimeout(this.#retry);
		if (this.stage.value.at === "call") this.stage.value.call.close();
		this.#worker?.terminate();
		this.audio.close();
	}
	async #enter(meeting, wish, listen) {
		this.#started ??= this.audio.start();
		await this.#started;
		if (this.#closed) return;
		this.#wish = wish;
		const worker = this.#worker ?? spawn();
		this.#worker = void 0;
		const call = new Call(worker, {
			...wish,
			code: this.code,
			listen,
			relays: meeting.relays
		}, this.audio.ports(), {
			onSeat: (token) => this.#keep({ token }),
			onMuted: (muted) => {
				this.audio.setMuted(muted);
				this.#keep({ muted });
			},
			onEnded: (reason) => this.#ended(meeting, reason),
			onSound: () => performance.mark("first-sound")
		});
		this.stage.value = {
			at: "call",
			meeting,
			call
		};
		if (!listen && this.sound.value.microphone !== "on") await this.openMicrophone();
	}
	#keep(change) {
		if (!this.#wish) return;
		this.#wish = {
			...this.#wish,
			...change
		};
		const { name, muted, token } = this.#wish;
		if (token !== void 0) keepSeat(this.code, {
			name,
			muted,
			token
		});
	}
	#ended(meeting, reason) {
		const stage = this.stage.value;
		if (stage.at === "call") stage.call.close();
		keepSeat(this.code, void 0);
		const hadSeat = this.#wish?.token !== void 0;
		if (reason.code === "token-invalid" && this.#wish && hadSeat) {
			this.#wish = {
				...this.#wish,
				token: void 0
			};
			this.again();
			return;
		}
		this.audio.closeMicrophone();
		this.stage.value = {
			at: "left",
			meeting,
			reason
		};
	}
	#trouble(trouble) {
		this.stage.value = {
			at: "trouble",
			trouble
		};
	}
	/** Whether one who goes straight in has to listen. It must not wait for the browser's question about the microphone. */
	async #mustListen() {
		const { microphones } = await this.audio.devices();
		if (microphones.length === 0) return true;
		return (await navigator.permissions.query({ name: "microphone" }).catch(() => void 0))?.state === "denied";
	}
};
function spawn() {
	return new Worker(new URL(
		/* @vite-ignore */
		"/assets/fake-worker-DJsspTUx.js",
		"" + import.meta.url
	), {
		type: "module",
		name: "media"
	});
}
function lacking() {
	if (!isSecureContext) return "insecure";
	return [
		"WebTransport",
		"AudioEncoder",
		"AudioDecoder",
		"AudioWorkletNode"
	].every((name) => name in globalThis) ? void 0 : "old-browser";
}
// node_modules/preact/jsx-runtime/dist/jsxRuntime.mjs
var f = Symbol.for("pv");
var o = 0;
Array.isArray;
function a(t, e, n, u, a, i) {
	e || (e = {});
	var c, l, p = e;
	if ("ref" in p && "function" != typeof t) for (l in p = {}, e) "ref" == l ? c = e[l] : p[l] = e[l];
	var s = {
		type: t,
		props: p,
		key: n,
		ref: c,
		__k: null,
		__: null,
		__b: 0,
		__e: null,
		__c: null,
		constructor: f,
		__v: --o,
		__i: -1,
		__u: 0
	};
	return (a || i) && (s.__source = a, s.__self = i), n$1.vnode && n$1.vnode(s), s;
}
// src/ui/dialog.tsx
/** A modal box: the browser keeps the focus inside, closes it with Escape and gives the focus back. */
function Dialog({ title, class: className, onClose, children }) {
	const id = P();
	const ref = T$1(null);
	F$1(() => {
		const dialog = ref.current;
		dialog?.showModal();
		return () => dialog?.close();
	}, []);
	return /* @__PURE__ */ a("dialog", {
		ref,
		class: className,
		"aria-labelledby": id,
		onCancel: (event) => {
			event.preventDefault();
			onClose();
		},
		onClick: (event) => {
			if (event.target === ref.current) onClose();
		},
		children: /* @__PURE__ */ a("div", {
			class: "dialog-body",
			children: [/* @__PURE__ */ a("h2", {
				id,
				children: title
			}), children]
		})
	});
}
// src/ui/icons.tsx
function Icon({ children }) {
	return /* @__PURE__ */ a("svg", {
		class: "icon",
		viewBox: "0 0 24 24",
		"aria-hidden": "true",
		focusable: "false",
		children
	});
}
var mic = /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("rect", {
	x: "9",
	y: "2.5",
	width: "6",
	height: "11.5",
	rx: "3"
}), /* @__PURE__ */ a("path", { d: "M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3.5M8.5 21.5h7" })] });
var MicIcon = () => /* @__PURE__ */ a(Icon, { children: mic });
var MicOffIcon = () => /* @__PURE__ */ a(Icon, { children: /* @__PURE__ */ a("path", { d: "M15 9.5v-4a3 3 0 0 0-5.9-.8M9 9v2a3 3 0 0 0 4.6 2.5M5.5 11.5a6.5 6.5 0 0 0 10.4 5.2M18.5 11.5a6.5 6.5 0 0 1-.5 2.4M12 18v3.5M8.5 21.5h7M3.5 3l17 17.5" }) });
var EarIcon = () => /* @__PURE__ */ a(Icon, { children: /* @__PURE__ */ a("path", { d: "M6.5 9a5.5 5.5 0 1 1 11 0c0 4.2-4 4.8-4 8.2a3.3 3.3 0 0 1-6.4 1.2M9.7 9a2.3 2.3 0 1 1 4.6 0c0 1.6-1.6 1.9-1.6 3.5" }) });
var AwayIcon = () => /* @__PURE__ */ a(Icon, { children: /* @__PURE__ */ a("path", { d: "M9 7.5 11 5.6a4.6 4.6 0 0 1 6.6 6.5l-1.9 1.9M15 16.5 13 18.4a4.6 4.6 0 0 1-6.6-6.5L8.3 10M4 4l16 16" }) });
var SpeakerIcon = () => /* @__PURE__ */ a(Icon, { children: /* @__PURE__ */ a("path", { d: "M4 9.5v5h3.5l5 4.5V5l-5 4.5zM16 9a4.2 4.2 0 0 1 0 6M18.7 6.3a8 8 0 0 1 0 11.4" }) });
var EnterIcon = () => /* @__PURE__ */ a(Icon, { children: /* @__PURE__ */ a("path", { d: "M13 4h5a1.5 1.5 0 0 1 1.5 1.5v13A1.5 1.5 0 0 1 18 20h-5M4 12h10.5M11 8l4 4-4 4" }) });
var LeaveIcon = () => /* @__PURE__ */ a(Icon, { children: /* @__PURE__ */ a("path", { d: "M11 4H6a1.5 1.5 0 0 0-1.5 1.5v13A1.5 1.5 0 0 0 6 20h5M10 12h10M16.5 8l4 4-4 4" }) });
var InviteIcon = () => /* @__PURE__ */ a(Icon, { children: [/* @__PURE__ */ a("circle", {
	cx: "10",
	cy: "8",
	r: "4"
}), /* @__PURE__ */ a("path", { d: "M3 20.5c.6-4 3.4-6 7-6 1.4 0 2.7.3 3.8.9M18 14v7M14.5 17.5h7" })] });
var KeysIcon = () => /* @__PURE__ */ a(Icon, { children: [/* @__PURE__ */ a("rect", {
	x: "2.5",
	y: "6",
	width: "19",
	height: "12",
	rx: "2"
}), /* @__PURE__ */ a("path", { d: "M6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M7.5 14.2h9" })] });
var CopyIcon = () => /* @__PURE__ */ a(Icon, { children: [/* @__PURE__ */ a("rect", {
	x: "8.5",
	y: "8.5",
	width: "12",
	height: "12",
	rx: "2"
}), /* @__PURE__ */ a("path", { d: "M15.5 8.5v-3a2 2 0 0 0-2-2h-8a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h3" })] });
var CheckIcon = () => /* @__PURE__ */ a(Icon, { children: /* @__PURE__ */ a("path", { d: "m4.5 12.5 5 5 10-11" }) });
var PlusIcon = () => /* @__PURE__ */ a(Icon, { children: /* @__PURE__ */ a("path", { d: "M12 4.5v15M4.5 12h15" }) });
var SendIcon = () => /* @__PURE__ */ a(Icon, { children: /* @__PURE__ */ a("path", { d: "M12 15.5V3.5M7.5 8 12 3.5 16.5 8M5 13v5.5A1.5 1.5 0 0 0 6.5 20h11a1.5 1.5 0 0 0 1.5-1.5V13" }) });
/** The bars of a line: 3 good, 2 fair, 1 poor, 0 lost. */
function BarsIcon({ bars }) {
	return /* @__PURE__ */ a("svg", {
		class: "icon bars",
		viewBox: "0 0 24 24",
		"aria-hidden": "true",
		focusable: "false",
		children: [
			0,
			1,
			2
		].map((i) => /* @__PURE__ */ a("rect", {
			class: i < bars ? "on" : "off",
			x: 2.5 + 7 * i,
			y: 15 - 5 * i,
			width: "5",
			height: 6 + 5 * i,
			rx: "1.2"
		}, i))
	});
}
/** The sign of the house: a bridge between two points, and the voice that crosses it. */
var Logo = () => /* @__PURE__ */ a("svg", {
	class: "logo",
	viewBox: "0 0 48 48",
	"aria-hidden": "true",
	focusable: "false",
	children: [
		/* @__PURE__ */ a("rect", {
			width: "48",
			height: "48",
			rx: "11"
		}),
		/* @__PURE__ */ a("path", { d: "M8 33a16 16 0 0 1 32 0M15.5 33a8.5 8.5 0 0 1 17 0M5.5 33h37" }),
		/* @__PURE__ */ a("circle", {
			cx: "24",
			cy: "33",
			r: "3.4"
		})
	]
});
// src/ui/text.ts
var vi = {
	appName: "Điểm Cầu",
	tagline: "Họp trực tuyến, nghe rõ cả khi đường truyền yếu",
	language: "Ngôn ngữ",
	home: "Về trang đầu",
	close: "Đóng",
	copy: "Sao chép",
	copied: "Đã sao chép",
	send: "Gửi đi",
	retry: "Thử lại",
	noServer: "Không liên lạc được với máy chủ. Hãy kiểm tra đường truyền rồi thử lại.",
	oldBrowser: "Trình duyệt này chưa dùng được. Hãy mở trang bằng Chrome hoặc Edge bản mới.",
	insecure: "Trang này phải được mở bằng địa chỉ https thì trình duyệt mới cho dùng âm thanh.",
	startTitle: "Vào họp hoặc mở cuộc họp",
	joinTitle: "Vào họp",
	joinHint: "Nhập mã cuộc họp, hoặc dán cả đường liên kết nhận được.",
	codeLabel: "Mã cuộc họp hoặc đường liên kết",
	codeEmpty: "Hãy nhập mã cuộc họp gồm 9 chữ và số.",
	codeAccents: "Mã đang bị gõ thành chữ có dấu. Hãy tắt bộ gõ tiếng Việt rồi nhập lại.",
	codeMalformed: "Mã cuộc họp có 9 chữ và số, ví dụ abc-def-ghj. Hãy kiểm tra lại.",
	newTitle: "Mở cuộc họp mới",
	newHint: "Dành cho đơn vị tổ chức họp.",
	titleLabel: "Tên cuộc họp",
	titleExample: "Họp giao ban tháng 11",
	keyLabel: "Khóa chủ trì",
	keyHint: "Khóa này in ra trên máy chủ khi khởi động.",
	keyEmpty: "Hãy nhập khóa chủ trì. Khóa in ra trên máy chủ khi khởi động.",
	keyShow: "Hiện khóa khi gõ",
	newButton: "Mở cuộc họp",
	createdTitle: "Cuộc họp đã mở",
	createdHint: "Gửi mã hoặc đường liên kết này cho các điểm cầu.",
	codeName: "Mã cuộc họp",
	linkName: "Đường liên kết mời họp",
	enterRoom: "Vào phòng họp",
	finding: "Đang tìm cuộc họp…",
	notFound: "Không vào được cuộc họp",
	untitled: "Cuộc họp",
	lobbyTitle: "Chuẩn bị vào họp",
	nameLabel: "Tên điểm cầu hoặc tên người dự",
	nameExample: "Xã Nậm Cắn",
	nameEmpty: "Hãy nhập tên để mọi người biết ai đang dự họp.",
	nameLong: "Tên dài quá. Hãy rút gọn còn nhiều nhất 64 chữ.",
	mic: "Micro",
	micDefault: "Micro mặc định",
	micNumber: (n) => `Micro ${n}`,
	micAsking: "Trình duyệt hỏi quyền dùng micro: hãy bấm “Cho phép”.",
	micNone: "Máy này không có micro. Vẫn vào họp để nghe được; muốn nói thì cắm micro rồi thử lại.",
	micRefused: "Trang chưa được phép dùng micro. Vẫn vào họp để nghe được; muốn nói thì cho phép micro trên thanh địa chỉ rồi thử lại.",
	micFailed: "Micro không mở được, có thể chương trình khác đang dùng. Vẫn vào họp để nghe được, hoặc thử lại.",
	micLevel: "Mức tiếng vào micro",
	micTry: "Hãy nói thử một câu: thanh này phải chạy.",
	micWorks: "Micro nghe tốt.",
	micTap: "Bấm để thử micro",
	speaker: "Loa",
	speakerTest: "Nghe thử loa",
	speakerHint: "Bấm rồi nghe: loa hoặc TV phải kêu.",
	speakerAfter: "Không nghe thấy gì? Hãy tăng âm lượng và kiểm tra dây nối TV.",
	startMuted: "Vào họp với micro tắt",
	enter: "Vào họp",
	enterListen: "Vào nghe",
	connecting: "Đang vào phòng họp…",
	reconnecting: "Đường truyền bị gián đoạn. Đang tự nối lại, xin cứ để nguyên trang này.",
	tapToHear: "Bấm để nghe",
	tapWhy: "Trình duyệt cần một lần bấm thì mới phát tiếng.",
	speakingNow: "Đang phát biểu",
	spokeLast: "Vừa phát biểu",
	nobodySpeaks: "Chưa có ai phát biểu",
	alsoSpeaking: (names) => `Cùng nói: ${names}`,
	attendance: "Dự họp",
	hereCount: (n) => `${n} có mặt`,
	awayCount: (n) => `${n} mất kết nối`,
	you: "Tại đây",
	markAway: "Mất kết nối",
	markListen: "Chỉ nghe",
	markMuted: "Tắt micro",
	markSpeaking: "Đang nói",
	micOn: "Micro đang mở",
	micOnDo: "Bấm để tắt",
	micOff: "Micro đang tắt",
	micOffDo: "Bấm để nói",
	micGone: "Micro không mở được",
	micGoneDo: "Bấm để thử lại",
	listening: "Đang dự nghe",
	listeningWhy: "Không có micro",
	key: (name) => `phím ${name}`,
	share: "Mời",
	shareTitle: "Mời dự họp",
	keys: "Phím tắt",
	keysMute: "Tắt hoặc mở micro",
	keysHelp: "Xem các phím tắt",
	keysClose: "Đóng ô đang mở",
	keySpace: "Phím cách",
	leave: "Rời họp",
	leaveTitle: "Rời cuộc họp?",
	leaveText: "Các điểm cầu khác vẫn họp tiếp. Có thể vào lại bằng đường liên kết cũ.",
	stay: "Ở lại",
	joined: (names) => names.length <= 3 ? `${names.join(", ")} vào họp.` : `${names.length} điểm cầu vào họp.`,
	left: (names) => names.length <= 3 ? `${names.join(", ")} rời họp.` : `${names.length} điểm cầu rời họp.`,
	lineGood: "Đường truyền tốt",
	lineFair: "Đường truyền trung bình",
	linePoor: "Đường truyền kém",
	lineLost: "Mất kết nối, đang nối lại…",
	lineLoss: (n) => `mất gói ${n} %`,
	lineRecovered: (n) => `khôi phục ${n} %`,
	lineDelay: (ms) => `trễ ${ms} ms`,
	lineRate: (down, up) => `xuống ${down}, lên ${up} kbit/s`,
	leftTitle: "Đã rời cuộc họp",
	leftText: "Cuộc họp vẫn tiếp tục. Có thể vào lại bất cứ lúc nào.",
	endedTitle: "Đã ra khỏi cuộc họp",
	again: "Vào lại"
};
var en = {
	appName: "Điểm Cầu",
	tagline: "Meetings that are heard, even on a poor line",
	language: "Language",
	home: "Back to the start",
	close: "Close",
	copy: "Copy",
	copied: "Copied",
	send: "Send",
	retry: "Try again",
	noServer: "The server does not answer. Check your line and try again.",
	oldBrowser: "This browser cannot be used. Open the page in a current Chrome or Edge.",
	insecure: "Open this page by its https address, or the browser does not let it use sound.",
	startTitle: "Join or open a meeting",
	joinTitle: "Join a meeting",
	joinHint: "Type the meeting's code, or paste the whole link you were sent.",
	codeLabel: "Meeting code or link",
	codeEmpty: "Type the meeting's code: 9 letters and digits.",
	codeAccents: "The code has letters with accents. Turn the Vietnamese keyboard off and type it again.",
	codeMalformed: "A meeting's code has 9 letters and digits, such as abc-def-ghj. Please check it.",
	newTitle: "Open a new meeting",
	newHint: "For the unit that calls the meeting.",
	titleLabel: "Title of the meeting",
	titleExample: "Monthly briefing, November",
	keyLabel: "Host key",
	keyHint: "The server prints this key when it starts.",
	keyEmpty: "Type the host key. The server prints it when it starts.",
	keyShow: "Show the key",
	newButton: "Open the meeting",
	createdTitle: "The meeting is open",
	createdHint: "Send this code or link to the sites.",
	codeName: "Meeting code",
	linkName: "Link to the meeting",
	enterRoom: "Go to the meeting",
	finding: "Looking for the meeting…",
	notFound: "This meeting cannot be joined",
	untitled: "Meeting",
	lobbyTitle: "Before you join",
	nameLabel: "Name of the site or the person",
	nameExample: "Nậm Cắn commune",
	nameEmpty: "Type a name, so that everyone knows who is here.",
	nameLong: "The name is too long. Shorten it to at most 64 letters.",
	mic: "Microphone",
	micDefault: "Default microphone",
	micNumber: (n) => `Microphone ${n}`,
	micAsking: "The browser asks for the microphone: press “Allow”.",
	micNone: "This computer has no microphone. You can still join and listen; to speak, plug one in and try again.",
	micRefused: "This page may not use the microphone. You can still join and listen; to speak, allow it in the address bar and try again.",
	micFailed: "The microphone does not open; another program may be using it. You can still join and listen, or try again.",
	micLevel: "Level at the microphone",
	micTry: "Say a sentence: this bar must move.",
	micWorks: "The microphone hears you well.",
	micTap: "Press to test the microphone",
	speaker: "Loudspeaker",
	speakerTest: "Test the loudspeaker",
	speakerHint: "Press and listen: the loudspeaker or TV must sound.",
	speakerAfter: "You hear nothing? Turn the volume up and check the TV's cable.",
	startMuted: "Join with the microphone off",
	enter: "Join now",
	enterListen: "Join to listen",
	connecting: "Joining the meeting…",
	reconnecting: "The line was interrupted. Reconnecting by itself; please leave this page open.",
	tapToHear: "Press to listen",
	tapWhy: "The browser needs one press before it plays sound.",
	speakingNow: "Speaking now",
	spokeLast: "Spoke last",
	nobodySpeaks: "Nobody has spoken yet",
	alsoSpeaking: (names) => `Also speaking: ${names}`,
	attendance: "In the meeting",
	hereCount: (n) => `${n} here`,
	awayCount: (n) => `${n} disconnected`,
	you: "You",
	markAway: "Disconnected",
	markListen: "Listens only",
	markMuted: "Muted",
	markSpeaking: "Speaking",
	micOn: "Microphone is on",
	micOnDo: "Press to mute",
	micOff: "Microphone is off",
	micOffDo: "Press to speak",
	micGone: "Microphone does not work",
	micGoneDo: "Press to try again",
	listening: "You are listening",
	listeningWhy: "No microphone",
	key: (name) => `key ${name}`,
	share: "Invite",
	shareTitle: "Invite to the meeting",
	keys: "Keys",
	keysMute: "Turn the microphone on or off",
	keysHelp: "Show the keys",
	keysClose: "Close what is open",
	keySpace: "Space",
	leave: "Leave",
	leaveTitle: "Leave the meeting?",
	leaveText: "The others go on. You can come back by the same link.",
	stay: "Stay",
	joined: (names) => names.length <= 3 ? `${names.join(", ")} joined.` : `${names.length} sites joined.`,
	left: (names) => names.length <= 3 ? `${names.join(", ")} left.` : `${names.length} sites left.`,
	lineGood: "Line is good",
	lineFair: "Line is fair",
	linePoor: "Line is poor",
	lineLost: "Connection lost, reconnecting…",
	lineLoss: (n) => `loss ${n} %`,
	lineRecovered: (n) => `recovered ${n} %`,
	lineDelay: (ms) => `delay ${ms} ms`,
	lineRate: (down, up) => `down ${down}, up ${up} kbit/s`,
	leftTitle: "You left the meeting",
	leftText: "The meeting goes on. You can come back at any time.",
	endedTitle: "You are out of the meeting",
	again: "Join again"
};
/** The language that the page speaks now. */
var lang = y$1("vi");
/** The sentences of that language; a component that reads them follows the switch. */
var text = O(() => lang.value === "vi" ? vi : en);
// src/ui/invitation.tsx
var showCopied = 3e3;
/** A meeting's code, large enough to be read over the telephone, and its link to copy or to send. */
function Invitation({ code, link, title }) {
	const t = text.value;
	const copied = useSignal(false);
	const field = T$1(null);
	A$1(() => {
		if (!copied.value) return;
		const timer = setTimeout(() => {
			copied.value = false;
		}, showCopied);
		return () => clearTimeout(timer);
	}, [copied.value, copied]);
	const copy = async () => {
		field.current?.select();
		await navigator.clipboard?.writeText(link).catch(() => {});
		copied.value = true;
	};
	return /* @__PURE__ */ a("div", {
		class: "invitation",
		children: [
			/* @__PURE__ */ a("p", {
				class: "big-code",
				children: [/* @__PURE__ */ a("span", { children: t.codeName }), /* @__PURE__ */ a("strong", {
					translate: false,
					children: code
				})]
			}),
			/* @__PURE__ */ a("label", {
				class: "link-label",
				for: "link",
				children: t.linkName
			}),
			/* @__PURE__ */ a("div", {
				class: "link",
				children: [
					/* @__PURE__ */ a("input", {
						id: "link",
						ref: field,
						readOnly: true,
						value: link,
						onFocus: (event) => event.currentTarget.select()
					}),
					/* @__PURE__ */ a("button", {
						class: "button",
						type: "button",
						onClick: copy,
						children: [copied.value ? /* @__PURE__ */ a(CheckIcon, {}) : /* @__PURE__ */ a(CopyIcon, {}), /* @__PURE__ */ a("span", {
							"aria-live": "polite",
							children: copied.value ? t.copied : t.copy
						})]
					}),
					"share" in navigator && /* @__PURE__ */ a("button", {
						class: "button",
						type: "button",
						onClick: () => void navigator.share({
							title,
							url: link
						}).catch(() => {}),
						children: [/* @__PURE__ */ a(SendIcon, {}), t.send]
					})
				]
			})
		]
	});
}
// src/ui/boxes.tsx
/** The one that is open. */
function Boxes({ box, ...props }) {
	switch (box) {
		case "invite": return /* @__PURE__ */ a(InviteBox, { ...props });
		case "keys": return /* @__PURE__ */ a(KeysBox, { ...props });
		case "leave": return /* @__PURE__ */ a(LeaveBox, { ...props });
	}
}
function InviteBox({ room, title, onClose }) {
	const t = text.value;
	return /* @__PURE__ */ a(Dialog, {
		title: t.shareTitle,
		onClose,
		children: [/* @__PURE__ */ a(Invitation, {
			code: room.code,
			link: `${location.origin}/m/${room.code}`,
			title
		}), /* @__PURE__ */ a("div", {
			class: "choices",
			children: /* @__PURE__ */ a("button", {
				class: "button",
				type: "button",
				onClick: onClose,
				children: t.close
			})
		})]
	});
}
function KeysBox({ onClose }) {
	const t = text.value;
	return /* @__PURE__ */ a(Dialog, {
		title: t.keys,
		onClose,
		children: [/* @__PURE__ */ a("dl", {
			class: "key-list",
			children: [
				/* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", { children: [
					/* @__PURE__ */ a("kbd", { children: "M" }),
					" ",
					/* @__PURE__ */ a("kbd", { children: t.keySpace })
				] }), /* @__PURE__ */ a("dd", { children: t.keysMute })] }),
				/* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", { children: /* @__PURE__ */ a("kbd", { children: "?" }) }), /* @__PURE__ */ a("dd", { children: t.keysHelp })] }),
				/* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", { children: /* @__PURE__ */ a("kbd", { children: "Esc" }) }), /* @__PURE__ */ a("dd", { children: t.keysClose })] })
			]
		}), /* @__PURE__ */ a("div", {
			class: "choices",
			children: /* @__PURE__ */ a("button", {
				class: "button main",
				type: "button",
				onClick: onClose,
				children: t.close
			})
		})]
	});
}
function LeaveBox({ room, onClose }) {
	const t = text.value;
	return /* @__PURE__ */ a(Dialog, {
		title: t.leaveTitle,
		onClose,
		children: [/* @__PURE__ */ a("p", {
			class: "lead",
			children: t.leaveText
		}), /* @__PURE__ */ a("div", {
			class: "choices",
			children: [/* @__PURE__ */ a("button", {
				class: "button",
				type: "button",
				onClick: onClose,
				children: t.stay
			}), /* @__PURE__ */ a("button", {
				class: "button main",
				type: "button",
				onClick: () => room.leave(),
				children: [/* @__PURE__ */ a(LeaveIcon, {}), t.leave]
			})]
		})]
	});
}
// src/ui/level.tsx
var quietest = -60;
/** A level in dBov as a share of the meter, 0 to 1. */
function share(dBov) {
	return Math.min(1, Math.max(0, (dBov - quietest) / 48));
}
/** Sets the CSS property --level of an element to a level that is read anew for each picture. */
function useLevel(read) {
	const ref = T$1(null);
	const latest = T$1(read);
	latest.current = read;
	A$1(() => {
		let frame = 0;
		const draw = () => {
			ref.current?.style.setProperty("--level", share(latest.current()).toFixed(3));
			frame = requestAnimationFrame(draw);
		};
		draw();
		return () => cancelAnimationFrame(frame);
	}, []);
	return ref;
}
// src/ui/devices.tsx
var heardAt = .45;
var reportEvery = 250;
/** The sentence for a microphone that does not work. */
function microphoneTrouble(microphone) {
	switch (microphone) {
		case "none":
		case "lost": return "micNone";
		case "refused": return "micRefused";
		case "busy":
		case "unsupported": return "micFailed";
		default: return;
	}
}
/** Choosing a microphone and seeing that it hears. */
function MicrophoneCheck({ room }) {
	const t = text.value;
	const { microphone, needsGesture } = room.sound.value;
	const trouble = microphoneTrouble(microphone);
	return /* @__PURE__ */ a("section", {
		class: "device",
		"aria-labelledby": "mic-title",
		children: [/* @__PURE__ */ a("h2", {
			id: "mic-title",
			children: [/* @__PURE__ */ a(MicIcon, {}), t.mic]
		}), trouble ? /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("p", {
			class: "calm",
			role: "status",
			children: t[trouble]
		}), /* @__PURE__ */ a("button", {
			class: "button",
			type: "button",
			onClick: () => void room.openMicrophone(),
			children: t.retry
		})] }) : /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(MicrophoneChoice, { room }), needsGesture ? /* @__PURE__ */ a("button", {
			class: "button",
			type: "button",
			onClick: () => void room.audio.resume(),
			children: t.micTap
		}) : /* @__PURE__ */ a(Meter, {
			room,
			asking: microphone === "off"
		})] })]
	});
}
function MicrophoneChoice({ room }) {
	const t = text.value;
	const [devices, setDevices] = d$2([]);
	const chosen = useSignal(recall("microphone") ?? "");
	const { microphone } = room.sound.value;
	A$1(() => {
		const look = () => void room.audio.devices().then(({ microphones }) => setDevices(microphones));
		look();
		navigator.mediaDevices?.addEventListener("devicechange", look);
		return () => navigator.mediaDevices?.removeEventListener("devicechange", look);
	}, [room, microphone]);
	const named = devices.filter((d) => d.deviceId !== "" && d.deviceId !== "default" && d.deviceId !== "communications");
	return /* @__PURE__ */ a("select", {
		"aria-label": t.mic,
		value: named.some((d) => d.deviceId === chosen.value) ? chosen.value : "",
		onChange: (event) => {
			chosen.value = event.currentTarget.value;
			room.openMicrophone(chosen.value);
		},
		children: [/* @__PURE__ */ a("option", {
			value: "",
			children: t.micDefault
		}), named.map((d, i) => /* @__PURE__ */ a("option", {
			value: d.deviceId,
			children: d.label || t.micNumber(i + 1)
		}, d.deviceId))]
	});
}
function Meter({ room, asking }) {
	const t = text.value;
	const percent = useSignal(0);
	const heard = useSignal(false);
	const bar = useLevel(() => room.audio.level);
	A$1(() => {
		const timer = setInterval(() => {
			const level = share(room.audio.level);
			percent.value = Math.round(level * 100);
			heard.value ||= level >= heardAt;
		}, reportEvery);
		return () => clearInterval(timer);
	}, [
		room,
		percent,
		heard
	]);
	return /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("div", {
		ref: bar,
		class: "meter",
		role: "meter",
		"aria-label": t.micLevel,
		"aria-valuemin": 0,
		"aria-valuemax": 100,
		"aria-valuenow": percent.value
	}), /* @__PURE__ */ a("p", {
		class: `hint ${heard.value ? "good" : ""}`,
		role: "status",
		children: [heard.value && /* @__PURE__ */ a(CheckIcon, {}), asking ? t.micAsking : heard.value ? t.micWorks : t.micTry]
	})] });
}
/** A test tone. */
function LoudspeakerCheck({ room }) {
	const t = text.value;
	const state = useSignal("untried");
	const play = async () => {
		state.value = "playing";
		if (room.sound.value.needsGesture) await room.audio.resume();
		await room.audio.testTone();
		state.value = "played";
	};
	return /* @__PURE__ */ a("section", {
		class: "device",
		"aria-labelledby": "speaker-title",
		children: [
			/* @__PURE__ */ a("h2", {
				id: "speaker-title",
				children: [/* @__PURE__ */ a(SpeakerIcon, {}), t.speaker]
			}),
			/* @__PURE__ */ a("button", {
				class: `button ${state.value}`,
				type: "button",
				onClick: play,
				"aria-disabled": state.value === "playing",
				children: t.speakerTest
			}),
			/* @__PURE__ */ a("p", {
				class: "hint",
				role: "status",
				children: state.value === "untried" ? t.speakerHint : t.speakerAfter
			})
		]
	});
}
// src/ui/controls.tsx
/** The row of buttons: one that matters, three that are seldom needed. */
function Controls({ room, call, onBox }) {
	const t = text.value;
	return /* @__PURE__ */ a("footer", {
		class: "controls",
		children: [/* @__PURE__ */ a(MuteButton, {
			room,
			call
		}), /* @__PURE__ */ a("div", {
			class: "seldom",
			children: [
				/* @__PURE__ */ a("button", {
					class: "button",
					type: "button",
					onClick: () => onBox("invite"),
					children: [/* @__PURE__ */ a(InviteIcon, {}), t.share]
				}),
				/* @__PURE__ */ a("button", {
					class: "button keys",
					type: "button",
					onClick: () => onBox("keys"),
					children: [/* @__PURE__ */ a(KeysIcon, {}), t.keys]
				}),
				/* @__PURE__ */ a("button", {
					class: "button leave",
					type: "button",
					onClick: () => onBox("leave"),
					children: [/* @__PURE__ */ a(LeaveIcon, {}), t.leave]
				})
			]
		})]
	});
}
/** Says whether one is heard, and changes it. The bar in it is one's own voice. */
function MuteButton({ room, call }) {
	const t = text.value;
	const bar = useLevel(() => room.audio.level);
	const trouble = microphoneTrouble(room.sound.value.microphone);
	if (call.listen) return /* @__PURE__ */ a("p", {
		class: "mute listen",
		children: [/* @__PURE__ */ a(EarIcon, {}), /* @__PURE__ */ a("span", {
			class: "mute-words",
			children: [/* @__PURE__ */ a("strong", { children: t.listening }), /* @__PURE__ */ a("span", { children: t.listeningWhy })]
		})]
	});
	if (trouble) return /* @__PURE__ */ a("button", {
		class: "mute off",
		type: "button",
		onClick: () => void room.openMicrophone(),
		children: [/* @__PURE__ */ a(MicOffIcon, {}), /* @__PURE__ */ a("span", {
			class: "mute-words",
			children: [/* @__PURE__ */ a("strong", { children: t.micGone }), /* @__PURE__ */ a("span", { children: t.micGoneDo })]
		})]
	});
	const muted = call.muted.value;
	return /* @__PURE__ */ a("button", {
		ref: bar,
		class: `mute ${muted ? "off" : "on"}`,
		type: "button",
		onClick: () => call.setMuted(!muted),
		children: [muted ? /* @__PURE__ */ a(MicOffIcon, {}) : /* @__PURE__ */ a(MicIcon, {}), /* @__PURE__ */ a("span", {
			class: "mute-words",
			children: [/* @__PURE__ */ a("strong", { children: muted ? t.micOff : t.micOn }), /* @__PURE__ */ a("span", { children: [
				muted ? t.micOffDo : t.micOnDo,
				" ",
				/* @__PURE__ */ a("kbd", { children: t.key("M") })
			] })]
		})]
	});
}
// src/ui/floor.tsx
/** Who is speaking, in the largest letters of the page, inside rings that open with the voice. */
function Floor({ call }) {
	const t = text.value;
	const { main, now, others } = call.speaking.value;
	const seats = call.seats.value;
	const name = main === void 0 ? void 0 : seats.get(main)?.name;
	const also = others.flatMap((id) => seats.get(id)?.name ?? []);
	const ref = T$1(null);
	useSignalEffect(() => {
		ref.current?.style.setProperty("--level", share(call.level.value).toFixed(3));
	});
	const label = name === void 0 ? t.nobodySpeaks : now ? t.speakingNow : t.spokeLast;
	return /* @__PURE__ */ a("section", {
		ref,
		class: `floor ${name !== void 0 && now ? "speaking" : ""}`,
		"aria-label": t.speakingNow,
		children: [/* @__PURE__ */ a("svg", {
			class: "rings",
			viewBox: "-100 -100 200 200",
			"aria-hidden": "true",
			focusable: "false",
			children: [
				34,
				50,
				66,
				82,
				97
			].map((r) => /* @__PURE__ */ a("circle", { r }, r))
		}), /* @__PURE__ */ a("div", {
			class: "floor-words",
			children: [
				/* @__PURE__ */ a("p", {
					class: "floor-label",
					children: label
				}),
				name !== void 0 && /* @__PURE__ */ a("p", {
					class: `floor-name ${name.length > 24 ? "long" : ""}`,
					children: name
				}),
				also.length > 0 && /* @__PURE__ */ a("p", {
					class: "floor-also",
					children: t.alsoSpeaking(also.join(", "))
				})
			]
		})]
	});
}
// src/ui/keys.ts
var typing = "input:not([type=checkbox]), textarea, select, [contenteditable]";
var ownSpace = `button, a, summary, label, ${typing}, input`;
/** What a key press asks for, or undefined if it is none of ours. */
function shortcutOf(event) {
	if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return void 0;
	const target = event.target instanceof Element ? event.target : void 0;
	if (target?.closest(typing)) return void 0;
	if (event.key === "?") return "help";
	if (event.key.toLowerCase() === "m" || event.key === "Process" && event.code === "KeyM") return "mute";
	return event.key === " " && !target?.closest(ownSpace) ? "mute" : void 0;
}
/** M and Space mute, ? helps, wherever the focus is. */
function useShortcuts(shortcuts) {
	const latest = T$1(shortcuts);
	latest.current = shortcuts;
	A$1(() => {
		const press = (event) => {
			const shortcut = shortcutOf(event);
			if (!shortcut) return;
			event.preventDefault();
			latest.current[shortcut]();
		};
		addEventListener("keydown", press);
		return () => removeEventListener("keydown", press);
	}, []);
}
// src/ui/line.tsx
var looks = {
	good: {
		bars: 3,
		words: "lineGood"
	},
	fair: {
		bars: 2,
		words: "lineFair"
	},
	poor: {
		bars: 1,
		words: "linePoor"
	},
	lost: {
		bars: 0,
		words: "lineLost"
	}
};
/** The state of one's own line: a word for everyone, numbers for the one who asks on the telephone. */
function LineView({ call }) {
	const t = text.value;
	const line = call.line.value;
	const state = call.state.value;
	if (state === "connecting" || state === "joined" && !line) return /* @__PURE__ */ a("div", { class: "line" });
	const grade = state === "reconnecting" || !line ? "lost" : line.grade;
	const { bars, words } = looks[grade];
	return /* @__PURE__ */ a("div", {
		class: `line ${grade}`,
		children: [/* @__PURE__ */ a("p", {
			class: "line-word",
			children: [/* @__PURE__ */ a(BarsIcon, { bars }), t[words]]
		}), line && grade !== "lost" && /* @__PURE__ */ a("p", {
			class: "line-numbers",
			children: [
				/* @__PURE__ */ a("span", { children: t.lineLoss(line.numbers.loss) }),
				line.numbers.recovered !== void 0 && /* @__PURE__ */ a("span", { children: t.lineRecovered(line.numbers.recovered) }),
				line.numbers.delay !== void 0 && /* @__PURE__ */ a("span", { children: t.lineDelay(line.numbers.delay) }),
				/* @__PURE__ */ a("span", { children: t.lineRate(line.numbers.down, line.numbers.up) })
			]
		})]
	});
}
// src/meeting/seats.ts
var collator = new Intl.Collator("vi", {
	numeric: true,
	sensitivity: "accent"
});
/**
* The seats in the order of the list: one's own first, then by name as Vietnamese sorts it. A seat keeps its place when it speaks, mutes or
* loses its line: on a bad line that happens every minute, and the eye finds a name where it was.
*/
function orderSeats(seats, you) {
	return [...seats].sort((a, b) => {
		if (a.id === you || b.id === you) return a.id === you ? -1 : 1;
		return collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
	});
}
/** How many are connected, and how many have lost their line but keep their seat. */
function countSeats(seats) {
	let here = 0;
	let away = 0;
	for (const seat of seats) seat.here ? here++ : away++;
	return {
		here,
		away
	};
}
/** The mark of a seat. */
function markOf(seat, speaking) {
	if (!seat.here) return "away";
	if (seat.listen) return "listen";
	if (seat.muted) return "muted";
	return speaking ? "speaking" : void 0;
}
/** How tightly the list is set: few seats are large tiles, many are rows. */
function density(seats) {
	if (seats <= 6) return "few";
	return seats <= 30 ? "some" : "many";
}
// src/ui/seats.tsx
/** Everyone in the meeting, each in a place that stays. */
function Attendance({ call }) {
	const t = text.value;
	const you = call.you.value;
	const seats = orderSeats(call.seats.value.values(), you);
	const { here, away } = countSeats(seats);
	const { main, now, others } = call.speaking.value;
	const speaks = (id) => now && (id === main || others.includes(id));
	return /* @__PURE__ */ a("section", {
		class: "attendance",
		"aria-labelledby": "attendance",
		children: [/* @__PURE__ */ a("h2", {
			id: "attendance",
			children: [t.attendance, /* @__PURE__ */ a("span", {
				class: "counts",
				children: [/* @__PURE__ */ a("span", { children: t.hereCount(here) }), away > 0 && /* @__PURE__ */ a("span", {
					class: "away",
					children: t.awayCount(away)
				})]
			})]
		}), /* @__PURE__ */ a("ul", {
			class: `seats ${density(seats.length)}`,
			"aria-labelledby": "attendance",
			tabIndex: 0,
			children: seats.map((seat) => /* @__PURE__ */ a(SeatView, {
				seat,
				you: seat.id === you,
				mark: markOf(seat, speaks(seat.id))
			}, seat.id))
		})]
	});
}
var marks = {
	away: {
		icon: AwayIcon,
		words: "markAway"
	},
	listen: {
		icon: EarIcon,
		words: "markListen"
	},
	muted: {
		icon: MicOffIcon,
		words: "markMuted"
	},
	speaking: {
		icon: MicIcon,
		words: "markSpeaking"
	}
};
function SeatView({ seat, you, mark }) {
	const t = text.value;
	const look = mark && marks[mark];
	return /* @__PURE__ */ a("li", {
		class: `seat ${mark ?? ""} ${you ? "you" : ""}`,
		children: [
			/* @__PURE__ */ a("span", {
				class: "seat-name",
				title: seat.name,
				children: seat.name
			}),
			you && /* @__PURE__ */ a("span", {
				class: "seat-you",
				children: t.you
			}),
			look && /* @__PURE__ */ a("span", {
				class: "seat-mark",
				children: [/* @__PURE__ */ a(look.icon, {}), /* @__PURE__ */ a("span", {
					class: "mark-words",
					children: t[look.words]
				})]
			})
		]
	});
}
// src/ui/shell.tsx
var names = {
	vi: "Tiếng Việt",
	en: "English"
};
/** The visible switch VI | EN. */
function LangSwitch() {
	return /* @__PURE__ */ a("fieldset", {
		class: "lang",
		"aria-label": text.value.language,
		children: ["vi", "en"].map((l) => /* @__PURE__ */ a("button", {
			type: "button",
			lang: l,
			"aria-pressed": lang.value === l,
			"aria-label": `${l.toUpperCase()}, ${names[l]}`,
			onClick: () => {
				lang.value = l;
				remember("lang", l);
			},
			children: l.toUpperCase()
		}, l))
	});
}
/** The frame of all pages outside a call: sign, language, one column in the middle. */
function Shell({ children }) {
	const t = text.value;
	return /* @__PURE__ */ a("div", {
		class: "shell",
		children: [/* @__PURE__ */ a("header", {
			class: "top",
			children: [/* @__PURE__ */ a("a", {
				class: "brand",
				href: "/",
				onClick: follow,
				children: [/* @__PURE__ */ a(Logo, {}), /* @__PURE__ */ a("span", {
					class: "brand-words",
					children: [/* @__PURE__ */ a("strong", { children: t.appName }), /* @__PURE__ */ a("span", { children: t.tagline })]
				})]
			}), /* @__PURE__ */ a(LangSwitch, {})]
		}), /* @__PURE__ */ a("main", { children })]
	});
}
// src/ui/call.tsx
/** The meeting itself: made for a television across the room. */
function CallPage({ room, call }) {
	const t = text.value;
	const box = useSignal(void 0);
	const title = call.title.value || t.untitled;
	useShortcuts({
		mute: () => call.setMuted(!call.muted.value),
		help: () => {
			box.value = "keys";
		}
	});
	useWakeLock();
	A$1(() => {
		document.title = `${title} · ${t.appName}`;
	}, [title, t]);
	return /* @__PURE__ */ a("div", {
		class: "call",
		children: [
			/* @__PURE__ */ a("header", {
				class: "callbar",
				children: [
					/* @__PURE__ */ a("h1", { children: title }),
					/* @__PURE__ */ a(LineView, { call }),
					/* @__PURE__ */ a(LangSwitch, {})
				]
			}),
			/* @__PURE__ */ a(Banner, { call }),
			/* @__PURE__ */ a("main", {
				class: "floor-and-seats",
				children: [/* @__PURE__ */ a(Floor, { call }), /* @__PURE__ */ a(Attendance, { call })]
			}),
			/* @__PURE__ */ a(Controls, {
				room,
				call,
				onBox: (wanted) => {
					box.value = wanted;
				}
			}),
			/* @__PURE__ */ a(Announcer, { call }),
			box.value && /* @__PURE__ */ a(Boxes, {
				box: box.value,
				room,
				title,
				onClose: () => {
					box.value = void 0;
				}
			})
		]
	});
}
/** One calm sentence while the line is gone, or what the relay has to say. */
function Banner({ call }) {
	const t = text.value;
	const state = call.state.value;
	const error = call.error.value;
	const sentence = state === "joined" ? error?.[lang.value] : state === "connecting" ? t.connecting : t.reconnecting;
	return /* @__PURE__ */ a("div", {
		class: "banner",
		role: "status",
		children: sentence && /* @__PURE__ */ a("p", { children: sentence })
	});
}
/** Says who came and went to those who cannot see it. */
function Announcer({ call }) {
	const t = text.value;
	const notice = call.notice.value;
	return /* @__PURE__ */ a("p", {
		class: "unseen",
		"aria-live": "polite",
		children: (notice && [notice.joined.length > 0 && t.joined(notice.joined), notice.left.length > 0 && t.left(notice.left)])?.filter(Boolean).join(" ")
	});
}
/** Keeps the television from going dark; a browser that cannot is no worse than before. */
function useWakeLock() {
	A$1(() => {
		let lock;
		let over = false;
		const take = async () => {
			if (document.visibilityState !== "visible") return;
			lock = await navigator.wakeLock?.request("screen").catch(() => void 0);
			if (over) await lock?.release();
		};
		take();
		document.addEventListener("visibilitychange", take);
		return () => {
			over = true;
			document.removeEventListener("visibilitychange", take);
			lock?.release();
		};
	}, []);
}
// src/ui/field.tsx
/** A labelled line of text. A new error is shown under it and takes the focus, so that it is read aloud and can be mended at once. */
function Field({ label, hint, error, secret, onValue, ...input }) {
	const id = P();
	const ref = T$1(null);
	A$1(() => {
		if (error) ref.current?.focus();
	}, [error]);
	const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
	return /* @__PURE__ */ a("div", {
		class: "field",
		children: [
			/* @__PURE__ */ a("label", {
				for: id,
				children: label
			}),
			hint && /* @__PURE__ */ a("p", {
				class: "hint",
				id: `${id}-hint`,
				children: hint
			}),
			/* @__PURE__ */ a("input", {
				...input,
				...secret ? { type: "password" } : { type: "text" },
				id,
				ref,
				autocomplete: "off",
				spellcheck: false,
				"aria-invalid": error ? "true" : void 0,
				"aria-describedby": described || void 0,
				onInput: (event) => onValue(event.currentTarget.value)
			}),
			error && /* @__PURE__ */ a("p", {
				class: "error",
				id: `${id}-error`,
				children: error
			})
		]
	});
}
// src/ui/lobby.tsx
/** Before the meeting: a name, a microphone that hears, a loudspeaker that sounds. */
function Lobby({ room, meeting }) {
	const t = text.value;
	const name = useSignal(route.value.name || recall("name") || "");
	const muted = useSignal(route.value.muted);
	const problem = useSignal(void 0);
	const { microphone } = room.sound.value;
	const listens = microphone === "none" || microphone === "refused" || microphone === "busy" || microphone === "unsupported";
	const submit = (event) => {
		event.preventDefault();
		problem.value = nameProblem(name.value);
		if (!problem.value) room.join(cleanName(name.value), muted.value);
	};
	return /* @__PURE__ */ a(Shell, { children: /* @__PURE__ */ a("form", {
		class: "card lobby",
		"aria-labelledby": "lobby-title",
		noValidate: true,
		onSubmit: submit,
		children: [
			/* @__PURE__ */ a("div", {
				class: "lobby-title",
				children: [
					/* @__PURE__ */ a("p", {
						class: "eyebrow",
						children: t.lobbyTitle
					}),
					/* @__PURE__ */ a("h1", {
						id: "lobby-title",
						children: meeting.title || t.untitled
					}),
					/* @__PURE__ */ a("p", {
						class: "code-line",
						translate: false,
						children: meeting.code
					})
				]
			}),
			/* @__PURE__ */ a("div", {
				class: "lobby-who",
				children: /* @__PURE__ */ a(Field, {
					label: t.nameLabel,
					placeholder: t.nameExample,
					value: name.value,
					error: problem.value && (problem.value === "empty" ? t.nameEmpty : t.nameLong),
					onValue: (value) => {
						name.value = value;
						problem.value = void 0;
					}
				})
			}),
			/* @__PURE__ */ a("div", {
				class: "lobby-devices",
				children: [/* @__PURE__ */ a(MicrophoneCheck, { room }), /* @__PURE__ */ a(LoudspeakerCheck, { room })]
			}),
			/* @__PURE__ */ a("div", {
				class: "lobby-go",
				children: [!listens && /* @__PURE__ */ a("label", {
					class: "tick",
					children: [/* @__PURE__ */ a("input", {
						type: "checkbox",
						checked: muted.value,
						onChange: (event) => {
							muted.value = event.currentTarget.checked;
						}
					}), t.startMuted]
				}), /* @__PURE__ */ a("button", {
					class: "button main huge",
					type: "submit",
					children: [listens ? /* @__PURE__ */ a(EarIcon, {}) : /* @__PURE__ */ a(EnterIcon, {}), listens ? t.enterListen : t.enter]
				})]
			})
		]
	}) });
}
// src/ui/room.tsx
/** The page of a meeting, whatever stage the person is at. */
function RoomPage() {
	const [room] = d$2(() => new Room(route.value));
	A$1(() => {
		room.find();
		return () => room.close();
	}, [room]);
	A$1(() => {
		const resume = () => {
			if (room.sound.value.needsGesture) room.audio.resume();
		};
		for (const event of ["click", "keydown"]) addEventListener(event, resume);
		return () => {
			for (const event of ["click", "keydown"]) removeEventListener(event, resume);
		};
	}, [room]);
	return /* @__PURE__ */ a(StageView, { room });
}
function StageView({ room }) {
	const t = text.value;
	const stage = room.stage.value;
	switch (stage.at) {
		case "finding": return /* @__PURE__ */ a(Shell, { children: /* @__PURE__ */ a("p", {
			class: "waiting",
			role: "status",
			children: t.finding
		}) });
		case "trouble": return /* @__PURE__ */ a(TroublePage, {
			room,
			trouble: stage.trouble
		});
		case "lobby": return /* @__PURE__ */ a(Lobby, {
			room,
			meeting: stage.meeting
		});
		case "call": return /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(CallPage, {
			room,
			call: stage.call
		}), room.sound.value.needsGesture && /* @__PURE__ */ a(TapToHear, { room })] });
		case "left": return /* @__PURE__ */ a(LeftPage, {
			room,
			title: stage.meeting.title,
			reason: stage.reason
		});
	}
}
var ownTroubles = {
	"no-server": "noServer",
	"old-browser": "oldBrowser",
	insecure: "insecure"
};
function TroublePage({ room, trouble }) {
	const t = text.value;
	const sentence = typeof trouble === "object" ? trouble[lang.value] : t[ownTroubles[trouble]];
	return /* @__PURE__ */ a(Shell, { children: /* @__PURE__ */ a("section", {
		class: "card narrow",
		"aria-labelledby": "trouble",
		children: [
			/* @__PURE__ */ a("h1", {
				id: "trouble",
				children: t.notFound
			}),
			/* @__PURE__ */ a("p", {
				class: "lead",
				role: "alert",
				children: sentence
			}),
			/* @__PURE__ */ a("div", {
				class: "choices",
				children: [trouble === "no-server" && /* @__PURE__ */ a("button", {
					class: "button main",
					type: "button",
					onClick: () => void room.find(),
					children: t.retry
				}), /* @__PURE__ */ a("a", {
					class: `button ${trouble === "no-server" ? "" : "main"}`,
					href: "/",
					onClick: follow,
					children: t.home
				})]
			})
		]
	}) });
}
function LeftPage({ room, title, reason }) {
	const t = text.value;
	return /* @__PURE__ */ a(Shell, { children: /* @__PURE__ */ a("section", {
		class: "card narrow",
		"aria-labelledby": "left",
		children: [
			title && /* @__PURE__ */ a("p", {
				class: "eyebrow",
				children: title
			}),
			/* @__PURE__ */ a("h1", {
				id: "left",
				children: reason ? t.endedTitle : t.leftTitle
			}),
			/* @__PURE__ */ a("p", {
				class: "lead",
				role: "status",
				children: reason ? reason[lang.value] : t.leftText
			}),
			/* @__PURE__ */ a("div", {
				class: "choices",
				children: [/* @__PURE__ */ a("button", {
					class: "button main",
					type: "button",
					onClick: () => room.again(),
					children: [/* @__PURE__ */ a(EnterIcon, {}), t.again]
				}), /* @__PURE__ */ a("a", {
					class: "button",
					href: "/",
					onClick: follow,
					children: t.home
				})]
			})
		]
	}) });
}
/** The one press that a browser may demand before it plays sound. */
function TapToHear({ room }) {
	const t = text.value;
	return /* @__PURE__ */ a(Dialog, {
		title: t.tapToHear,
		class: "whole",
		onClose: () => void room.audio.resume(),
		children: /* @__PURE__ */ a("button", {
			class: "tap",
			type: "button",
			onClick: () => void room.audio.resume(),
			children: [
				/* @__PURE__ */ a(SpeakerIcon, {}),
				/* @__PURE__ */ a("strong", { children: t.tapToHear }),
				/* @__PURE__ */ a("span", { children: t.tapWhy })
			]
		})
	});
}
// src/ui/start.tsx
/** The start page: into a meeting, or a new one. */
function Start() {
	const opened = useSignal(void 0);
	if (opened.value) return /* @__PURE__ */ a(Opened, { meeting: opened.value });
	return /* @__PURE__ */ a(Shell, { children: [/* @__PURE__ */ a("h1", {
		class: "unseen",
		children: text.value.startTitle
	}), /* @__PURE__ */ a("div", {
		class: "ways",
		children: [/* @__PURE__ */ a(JoinForm, {}), /* @__PURE__ */ a(NewForm, { onOpen: (meeting) => {
			opened.value = meeting;
		} })]
	})] });
}
var codeProblems = {
	empty: "codeEmpty",
	accents: "codeAccents",
	malformed: "codeMalformed"
};
function JoinForm() {
	const t = text.value;
	const code = useSignal("");
	const problem = useSignal(void 0);
	const submit = (event) => {
		event.preventDefault();
		const read = readCode(code.value);
		if ("code" in read) return go(`/m/${read.code}`);
		problem.value = read.problem;
	};
	return /* @__PURE__ */ a("form", {
		class: "card way primary",
		"aria-labelledby": "join-title",
		noValidate: true,
		onSubmit: submit,
		children: [
			/* @__PURE__ */ a("h2", {
				id: "join-title",
				children: t.joinTitle
			}),
			/* @__PURE__ */ a("p", {
				class: "lead",
				children: t.joinHint
			}),
			/* @__PURE__ */ a(Field, {
				label: t.codeLabel,
				class: "code",
				placeholder: "abc-def-ghj",
				autocapitalize: "none",
				enterkeyhint: "go",
				value: code.value,
				error: problem.value && t[codeProblems[problem.value]],
				onValue: (value) => {
					code.value = value;
					const read = readCode(value);
					problem.value = "problem" in read && read.problem === "accents" ? "accents" : void 0;
				}
			}),
			/* @__PURE__ */ a("button", {
				class: "button main",
				type: "submit",
				children: [/* @__PURE__ */ a(EnterIcon, {}), t.joinTitle]
			})
		]
	});
}
function NewForm({ onOpen }) {
	const t = text.value;
	const title = useSignal("");
	const key = useSignal(route.value.key ?? "");
	const error = useSignal(void 0);
	const shown = useSignal(false);
	const busy = useSignal(false);
	const submit = async (event) => {
		event.preventDefault();
		error.value = void 0;
		if (busy.value) return;
		if (key.value.trim() === "") {
			error.value = "keyEmpty";
			return;
		}
		busy.value = true;
		try {
			onOpen(await openMeeting(title.value.trim(), key.value));
		} catch (e) {
			error.value = e instanceof Refusal ? e.sentence : "noServer";
		}
		busy.value = false;
	};
	const sentence = typeof error.value === "object" ? error.value[lang.value] : error.value && t[error.value];
	const aboutTitle = typeof error.value === "object" && error.value.code.startsWith("title");
	return /* @__PURE__ */ a("form", {
		class: "card way",
		"aria-labelledby": "new-title",
		noValidate: true,
		onSubmit: submit,
		children: [
			/* @__PURE__ */ a("h2", {
				id: "new-title",
				children: t.newTitle
			}),
			/* @__PURE__ */ a("p", {
				class: "lead",
				children: t.newHint
			}),
			/* @__PURE__ */ a(Field, {
				label: t.titleLabel,
				placeholder: t.titleExample,
				maxLength: 200,
				value: title.value,
				error: aboutTitle ? sentence : void 0,
				onValue: (value) => {
					title.value = value;
				}
			}),
			/* @__PURE__ */ a(Field, {
				label: t.keyLabel,
				hint: t.keyHint,
				secret: !shown.value,
				value: key.value,
				error: aboutTitle ? void 0 : sentence,
				onValue: (value) => {
					key.value = value;
				}
			}),
			/* @__PURE__ */ a("label", {
				class: "tick",
				children: [/* @__PURE__ */ a("input", {
					type: "checkbox",
					checked: shown.value,
					onChange: (event) => {
						shown.value = event.currentTarget.checked;
					}
				}), t.keyShow]
			}),
			/* @__PURE__ */ a("button", {
				class: "button",
				type: "submit",
				"aria-disabled": busy.value,
				children: [/* @__PURE__ */ a(PlusIcon, {}), t.newButton]
			})
		]
	});
}
function Opened({ meeting }) {
	const t = text.value;
	const path = `/m/${meeting.code}`;
	return /* @__PURE__ */ a(Shell, { children: /* @__PURE__ */ a("section", {
		class: "card narrow",
		"aria-labelledby": "opened",
		children: [
			/* @__PURE__ */ a("h1", {
				id: "opened",
				children: t.createdTitle
			}),
			/* @__PURE__ */ a("p", {
				class: "lead",
				children: [meeting.title && /* @__PURE__ */ a("strong", { children: [meeting.title, ". "] }), t.createdHint]
			}),
			/* @__PURE__ */ a(Invitation, {
				code: meeting.code,
				link: meeting.link,
				title: meeting.title
			}),
			/* @__PURE__ */ a("a", {
				class: "button main",
				href: path,
				onClick: follow,
				children: [/* @__PURE__ */ a(EnterIcon, {}), t.enterRoom]
			})
		]
	}) });
}
// src/ui/app.tsx
/** The whole page: the start, or a meeting. */
function App() {
	const { code } = route.value;
	const name = text.value.appName;
	A$1(() => {
		if (code === void 0) document.title = name;
	}, [code, name]);
	return code === void 0 ? /* @__PURE__ */ a(Start, {}) : /* @__PURE__ */ a(RoomPage, {}, code);
}
// src/ui/main.tsx
var kept = recall("lang");
lang.value = route.value.lang ?? (kept === "en" ? "en" : "vi");
x$1(() => {
	document.documentElement.lang = lang.value;
});
var root = document.getElementById("app");
if (root) Q(/* @__PURE__ */ a(App, {}), root);
