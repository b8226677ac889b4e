// AssemblyScript, not TypeScript: compiled by scripts/build-kernel.js and embedded in ../kernel.wasm.ts.
//
// Every array is [feature][wafer] in f32, `nb` wafers (a multiple of 16) in a block: the wafer is the SIMD axis,
// so that layers of 1 or 8 channels, masks and odd geometries cost nothing. Pointers are byte addresses.

// A linear map is driven by a table: for each output position a count, then that many pairs
// (input position, tap). A dense layer is one position with one tap.

@inline
function product(floored: bool, x: v128, w: v128): v128 {
  // The chip drops the fraction of every product before it adds; a constant folds the branch away.
  const p = f32x4.mul(x, w);
  return floored ? f32x4.floor(p) : p;
}

/**
 * y[p][o] = bias[o] + sum over (q, t) of the table, c < ci of x[q][c] * w[t][c][o].
 * Weight address = w + t * tapStride + c * inStride + o * outStride, so that the same kernel
 * runs a layer forwards and, with the strides exchanged, backwards to its input.
 */
@inline
function map(
  floored: bool, table: usize, positions: i32, ci: i32, co: i32,
  w: usize, tapStride: i32, inStride: i32, outStride: i32,
  bias: usize, x: usize, y: usize, nb: i32,
): void {
  const row = <usize>nb << 2;
  for (let p = 0; p < positions; p++) {
    const count = load<i32>(table);
    const entries = table + 4;
    table = entries + (<usize>count << 3);
    let o = 0;
    for (; o + 4 <= co; o += 4) {
      const wo = w + <usize>(o * outStride);
      const out = y + <usize>(p * co + o) * row;
      for (let lane: usize = 0; lane < row; lane += 32) {
        let a0 = f32x4.splat(0), b0 = a0, c0 = a0, d0 = a0;
        if (bias) {
          a0 = v128.load32_splat(bias + (<usize>o << 2));
          b0 = v128.load32_splat(bias + (<usize>o << 2), 4);
          c0 = v128.load32_splat(bias + (<usize>o << 2), 8);
          d0 = v128.load32_splat(bias + (<usize>o << 2), 12);
        }
        let a1 = a0, b1 = b0, c1 = c0, d1 = d0;
        for (let e = entries; e < table; e += 8) {
          let xp = x + <usize>(load<i32>(e) * ci) * row + lane;
          let w0 = wo + <usize>(load<i32>(e, 4) * tapStride);
          for (let c = 0; c < ci; c++) {
            const x0 = v128.load(xp), x1 = v128.load(xp, 16);
            let k = v128.load32_splat(w0);
            a0 = f32x4.add(a0, product(floored, x0, k));
            a1 = f32x4.add(a1, product(floored, x1, k));
            k = v128.load32_splat(w0 + <usize>outStride);
            b0 = f32x4.add(b0, product(floored, x0, k));
            b1 = f32x4.add(b1, product(floored, x1, k));
            k = v128.load32_splat(w0 + <usize>(outStride * 2));
            c0 = f32x4.add(c0, product(floored, x0, k));
            c1 = f32x4.add(c1, product(floored, x1, k));
            k = v128.load32_splat(w0 + <usize>(outStride * 3));
            d0 = f32x4.add(d0, product(floored, x0, k));
            d1 = f32x4.add(d1, product(floored, x1, k));
            xp += row;
            w0 += <usize>inStride;
          }
        }
        let yp = out + lane;
        v128.store(yp, a0);
        v128.store(yp, a1, 16);
        yp += row;
        v128.store(yp, b0);
        v128.store(yp, b1, 16);
        yp += row;
        v128.store(yp, c0);
        v128.store(yp, c1, 16);
        yp += row;
        v128.store(yp, d0);
        v128.store(yp, d1, 16);
      }
    }
    for (; o < co; o++) {
      const wo = w + <usize>(o * outStride);
      const out = y + <usize>(p * co + o) * row;
      for (let lane: usize = 0; lane < row; lane += 16) {
        let a = bias ? v128.load32_splat(bias + (<usize>o << 2)) : f32x4.splat(0);
        for (let e = entries; e < table; e += 8) {
          let xp = x + <usize>(load<i32>(e) * ci) * row + lane;
          let w0 = wo + <usize>(load<i32>(e, 4) * tapStride);
          for (let c = 0; c < ci; c++) {
            a = f32x4.add(a, product(floored, v128.load(xp), v128.load32_splat(w0)));
            xp += row;
            w0 += <usize>inStride;
          }
        }
        v128.store(out + lane, a);
      }
    }
  }
}

export function linear(
  table: usize, positions: i32, ci: i32, co: i32, w: usize, tapStride: i32, inStride: i32, outStride: i32,
  bias: usize, x: usize, y: usize, nb: i32,
): void {
  map(false, table, positions, ci, co, w, tapStride, inStride, outStride, bias, x, y, nb);
}

export function flooredLinear(
  table: usize, positions: i32, ci: i32, co: i32, w: usize, tapStride: i32, inStride: i32, outStride: i32,
  bias: usize, x: usize, y: usize, nb: i32,
): void {
  map(true, table, positions, ci, co, w, tapStride, inStride, outStride, bias, x, y, nb);
}

@inline
function sum(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

@inline
function addTo(address: usize, v: v128, scale: f32): void {
  store<f32>(address, load<f32>(address) + scale * sum(v));
}

/**
 * g[t][c][o] += scale * sum over wafers and over (q, p) of the table by tap of x[q][c] * d[p][o].
 */
export function weightGradient(
  table: usize, taps: i32, ci: i32, co: i32, x: usize, d: usize, g: usize, scale: f32, nb: i32,
): void {
  const row = <usize>nb << 2;
  const four = co & ~3;
  for (let t = 0; t < taps; t++) {
    const count = load<i32>(table);
    const entries = table + 4;
    table = entries + (<usize>count << 3);
    let c = 0;
    for (; c + 2 <= ci; c += 2) {
      for (let o = 0; o < four; o += 4) {
        let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        for (let e = entries; e < table; e += 8) {
          let xp = x + <usize>(load<i32>(e) * ci + c) * row;
          let dp = d + <usize>(load<i32>(e, 4) * co + o) * row;
          const end = xp + row;
          for (; xp < end; xp += 16) {
            const u = v128.load(xp), v = v128.load(xp + row);
            let k = v128.load(dp);
            a0 = f32x4.add(a0, f32x4.mul(u, k));
            b0 = f32x4.add(b0, f32x4.mul(v, k));
            k = v128.load(dp + row);
            a1 = f32x4.add(a1, f32x4.mul(u, k));
            b1 = f32x4.add(b1, f32x4.mul(v, k));
            k = v128.load(dp + 2 * row);
            a2 = f32x4.add(a2, f32x4.mul(u, k));
            b2 = f32x4.add(b2, f32x4.mul(v, k));
            k = v128.load(dp + 3 * row);
            a3 = f32x4.add(a3, f32x4.mul(u, k));
            b3 = f32x4.add(b3, f32x4.mul(v, k));
            dp += 16;
          }
        }
        let gp = g + (<usize>((t * ci + c) * co + o) << 2);
        addTo(gp, a0, scale);
        addTo(gp + 4, a1, scale);
        addTo(gp + 8, a2, scale);
        addTo(gp + 12, a3, scale);
        gp += <usize>co << 2;
        addTo(gp, b0, scale);
        addTo(gp + 4, b1, scale);
        addTo(gp + 8, b2, scale);
        addTo(gp + 12, b3, scale);
      }
    }
    // What is left: an odd input, and outputs beyond a multiple of four.
    const paired = c;
    for (c = 0; c < ci; c++) {
      for (let o = c < paired ? four : 0; o < co; o++) {
        let a = f32x4.splat(0);
        for (let e = entries; e < table; e += 8) {
          let xp = x + <usize>(load<i32>(e) * ci + c) * row;
          let dp = d + <usize>(load<i32>(e, 4) * co + o) * row;
          const end = xp + row;
          for (; xp < end; xp += 16) {
            a = f32x4.add(a, f32x4.mul(v128.load(xp), v128.load(dp)));
            dp += 16;
          }
        }
        addTo(g + (<usize>((t * ci + c) * co + o) << 2), a, scale);
      }
    }
  }
}

/** g[o] += scale * sum over positions and wafers of d[p][o]. */
export function biasGradient(positions: i32, co: i32, d: usize, g: usize, scale: f32, nb: i32): void {
  const row = <usize>nb << 2;
  for (let o = 0; o < co; o++) {
    let a = f32x4.splat(0);
    for (let p = 0; p < positions; p++) {
      const start = d + <usize>(p * co + o) * row;
      for (let at = start; at < start + row; at += 16) a = f32x4.add(a, v128.load(at));
    }
    addTo(g + (<usize>o << 2), a, scale);
  }
}

/** y = floor(z) between 0 and top, elementwise over n values (a multiple of 4). */
export function flooredClip(z: usize, y: usize, top: f32, n: i32): void {
  const zero = f32x4.splat(0), most = f32x4.splat(top);
  for (let i: usize = 0; i < <usize>n << 2; i += 16) {
    v128.store(y + i, f32x4.min(most, f32x4.max(zero, f32x4.floor(v128.load(z + i)))));
  }
}

/** y = z between 0 and top. */
export function clip(z: usize, y: usize, top: f32, n: i32): void {
  const zero = f32x4.splat(0), most = f32x4.splat(top);
  for (let i: usize = 0; i < <usize>n << 2; i += 16) {
    v128.store(y + i, f32x4.min(most, f32x4.max(zero, v128.load(z + i))));
  }
}

/** d = 0 where y is 0 or top: the gradient of both. */
export function clipBackward(y: usize, d: usize, top: f32, n: i32): void {
  const zero = f32x4.splat(0), most = f32x4.splat(top);
  for (let i: usize = 0; i < <usize>n << 2; i += 16) {
    const v = v128.load(y + i);
    v128.store(d + i, v128.and(v128.load(d + i), v128.and(f32x4.gt(v, zero), f32x4.lt(v, most))));
  }
}

/** y = max(0, z). */
export function relu(z: usize, y: usize, n: i32): void {
  const zero = f32x4.splat(0);
  for (let i: usize = 0; i < <usize>n << 2; i += 16) v128.store(y + i, f32x4.max(zero, v128.load(z + i)));
}

/** d = 0 where y = 0: the gradient of the rectifier. */
export function reluBackward(y: usize, d: usize, n: i32): void {
  const zero = f32x4.splat(0);
  for (let i: usize = 0; i < <usize>n << 2; i += 16) {
    v128.store(d + i, v128.and(v128.load(d + i), f32x4.gt(v128.load(y + i), zero)));
  }
}

/**
 * The latent as the receiver sees it: floor, clamp to 0..511, then its latent's table of 512 values.
 */
export function cutLatents(z: usize, tables: usize, y: usize, latents: i32, nb: i32): void {
  const row = <usize>nb << 2;
  for (let o = 0; o < latents; o++) {
    for (let i: usize = 0; i < row; i += 4) {
      const v = i32(min<f32>(511, max<f32>(0, load<f32>(z + i))));
      store<f32>(y + i, load<f32>(tables + (<usize>v << 2)));
    }
    tables += 2048;
    z += row;
    y += row;
  }
}

/**
 * Straight-through gradient of cutLatents with the slope of its table, clipped: it passes where 0 < z < 511, and
 * beyond a limit only if it pulls the latent back (a step against d), so that no latent stays dead for ever.
 */
export function cutLatentsBackward(z: usize, slopes: usize, d: usize, latents: i32, nb: i32): void {
  const row = <usize>nb << 2;
  for (let o = 0; o < latents; o++) {
    for (let i: usize = 0; i < row; i += 4) {
      const v = load<f32>(z + i);
      const slope = load<f32>(slopes + (<usize>i32(min<f32>(511, max<f32>(0, v))) << 2));
      const g = <f32>(1.0 / 256.0) * slope * load<f32>(d + i);
      store<f32>(d + i, (v <= 0 && g >= 0) || (v >= 511 && g <= 0) ? 0 : g);
    }
    slopes += 2048;
    z += row;
    d += row;
  }
}

/**
 * Leaves the `count` largest latents of each wafer as they are and sets the others to 0; of equal ones the first stay.
 * Largest is said of the latent before its code, floored and clamped as cutLatents does. kept: 1 where a latent stays.
 */
export function keepLargest(z: usize, y: usize, kept: usize, count: i32, latents: i32, nb: i32): void {
  const row = <usize>nb << 2;
  for (let i: usize = 0; i < row; i += 4) {
    for (let o = 0; o < latents; o++) store<f32>(kept + <usize>o * row + i, 0);
    for (let n = 0; n < count; n++) {
      let best = -1;
      let at: usize = 0;
      for (let o = 0; o < latents; o++) {
        const to = <usize>o * row + i;
        const v = i32(min<f32>(511, max<f32>(0, load<f32>(z + to))));
        if (v > best && load<f32>(kept + to) == 0) {
          best = v;
          at = to;
        }
      }
      store<f32>(kept + at, 1);
    }
    for (let o = 0; o < latents; o++) {
      const to = <usize>o * row + i;
      store<f32>(y + to, load<f32>(y + to) * load<f32>(kept + to));
    }
  }
}

/** d = 0 of the latents that keepLargest set to 0; n values, a multiple of 4. */
export function keepLargestBackward(kept: usize, d: usize, n: i32): void {
  for (let i: usize = 0; i < <usize>n << 2; i += 16)
    v128.store(d + i, f32x4.mul(v128.load(d + i), v128.load(kept + i)));
}

/** Levels 1 .. count of one latent: 1 where y reaches level * step. */
export function levels(y: usize, to: usize, step: f32, count: i32, nb: i32): void {
  const row = <usize>nb << 2;
  const one = f32x4.splat(1);
  for (let j = 1; j <= count; j++) {
    const least = f32x4.splat(<f32>j * step);
    for (let i: usize = 0; i < row; i += 16) {
      v128.store(to + i, v128.and(one, f32x4.ge(v128.load(y + i), least)));
    }
    to += row;
  }
}

/**
 * Adds to the slope d of a latent what its levels see: the mean of the levels just reached and next to reach, per step.
 */
export function levelsBackward(y: usize, from: usize, d: usize, step: f32, count: i32, nb: i32): void {
  const row = <usize>nb << 2;
  const half = f32x4.splat(<f32>0.5 / step);
  for (let j = 1; j <= count; j++) {
    const low = f32x4.splat(<f32>(j - 1) * step);
    const high = f32x4.splat(<f32>(j + 1) * step);
    for (let i: usize = 0; i < row; i += 16) {
      const v = v128.load(y + i);
      const near = v128.and(f32x4.ge(v, low), f32x4.lt(v, high));
      const g = v128.and(near, f32x4.mul(half, v128.load(from + i)));
      v128.store(d + i, f32x4.add(v128.load(d + i), g));
    }
    from += row;
  }
}

/** What a table of 512 says of each of n received latents, in units of 1 (256 counts). */
export function lookUp(y: usize, table: usize, to: usize, n: i32): void {
  for (let i: usize = 0; i < <usize>n << 2; i += 4) store<f32>(to + i, load<f32>(entryOf(table, load<f32>(y + i))));
}

/** Adds to the slopes d of n latents what came to the values looked up, by the slopes of their table. */
export function lookUpBackward(y: usize, slopes: usize, from: usize, d: usize, n: i32): void {
  for (let i: usize = 0; i < <usize>n << 2; i += 4) {
    const slope = load<f32>(entryOf(slopes, load<f32>(y + i)));
    store<f32>(d + i, load<f32>(d + i) + slope * load<f32>(from + i));
  }
}

@inline
function entryOf(table: usize, latent: f32): usize {
  return table + (<usize>i32(latent * 256) << 2);
}

/** e^x for x <= 0 to about one unit in the last place: 2^n times a polynomial on +-ln2/2. */
@inline
function exponential(x: v128): v128 {
  const v = f32x4.max(x, f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(v, f32x4.splat(1.44269504)));
  // ln 2 in two parts, so that n times the first is exact.
  let r = f32x4.sub(v, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(<f32>(1.0 / 720.0));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>(1.0 / 120.0)));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>(1.0 / 24.0)));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>(1.0 / 6.0)));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** Softmax over n features of each wafer. */
export function softmax(z: usize, y: usize, n: i32, nb: i32): void {
  const row = <usize>nb << 2;
  const end = <usize>n * row;
  for (let lane: usize = 0; lane < row; lane += 16) {
    let top = v128.load(z + lane);
    for (let i = row; i < end; i += row) top = f32x4.max(top, v128.load(z + lane + i));
    let total = f32x4.splat(0);
    for (let i: usize = 0; i < end; i += row) {
      const e = exponential(f32x4.sub(v128.load(z + lane + i), top));
      v128.store(y + lane + i, e);
      total = f32x4.add(total, e);
    }
    const inverse = f32x4.div(f32x4.splat(1), total);
    for (let i: usize = 0; i < end; i += row) {
      v128.store(y + lane + i, f32x4.mul(inverse, v128.load(y + lane + i)));
    }
  }
}

/** d := y * (d - sum of y * d), in place. */
export function softmaxBackward(y: usize, d: usize, n: i32, nb: i32): void {
  const row = <usize>nb << 2;
  const end = <usize>n * row;
  for (let lane: usize = 0; lane < row; lane += 16) {
    let dot = f32x4.splat(0);
    for (let i: usize = 0; i < end; i += row) {
      dot = f32x4.add(dot, f32x4.mul(v128.load(y + lane + i), v128.load(d + lane + i)));
    }
    for (let i: usize = 0; i < end; i += row) {
      const at = lane + i;
      v128.store(d + at, f32x4.mul(v128.load(y + at), f32x4.sub(v128.load(d + at), dot)));
    }
  }
}

/** y = 1 / (1 + e^-z). */
export function sigmoid(z: usize, y: usize, n: i32): void {
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < <usize>n << 2; i += 16) {
    const v = v128.load(z + i);
    const e = exponential(f32x4.neg(f32x4.abs(v)));
    const small = f32x4.div(e, f32x4.add(one, e));
    // For z >= 0 the answer is 1 - small.
    const positive = f32x4.ge(v, f32x4.splat(0));
    v128.store(y + i, v128.bitselect(f32x4.sub(one, small), small, positive));
  }
}

/** d := d * y * (1 - y), in place. */
export function sigmoidBackward(y: usize, d: usize, n: i32): void {
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < <usize>n << 2; i += 16) {
    const v = v128.load(y + i);
    v128.store(d + i, f32x4.mul(v128.load(d + i), f32x4.mul(v, f32x4.sub(one, v))));
  }
}

/** Rows of `features` bytes -> block, wafers beyond `count` are zero. */
export function bytesToBlock(rows: usize, count: i32, features: i32, block: usize, nb: i32): void {
  for (let f = 0; f < features; f++) {
    for (let b = 0; b < nb; b++) {
      const value = b < count ? <f32>load<u8>(rows + <usize>(b * features + f)) : 0;
      store<f32>(block + (<usize>(f * nb + b) << 2), value);
    }
  }
}

/** Rows of `features` floats -> block, wafers beyond `count` are zero. */
export function rowsToBlock(rows: usize, count: i32, features: i32, block: usize, nb: i32): void {
  for (let f = 0; f < features; f++) {
    for (let b = 0; b < nb; b++) {
      const value = b < count ? load<f32>(rows + (<usize>(b * features + f) << 2)) : 0;
      store<f32>(block + (<usize>(f * nb + b) << 2), value);
    }
  }
}

/** Block -> rows of `features` floats, for the first `count` wafers. */
export function blockToRows(block: usize, count: i32, features: i32, rows: usize, nb: i32): void {
  for (let b = 0; b < count; b++) {
    for (let f = 0; f < features; f++) {
      store<f32>(rows + (<usize>(b * features + f) << 2), load<f32>(block + (<usize>(f * nb + b) << 2)));
    }
  }
}
