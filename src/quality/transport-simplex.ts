/**
 * Transportation problem (supplies to demands at least cost) by the primal network simplex method on a
 * strongly feasible spanning tree (Cunningham, "A network simplex method", Math. Programming 11, 1976): every
 * tree arc without flow points at the root, and the leaving arc is the last blocking one of the cycle, so
 * degenerate pivots cannot cycle and the method always ends. All memory is taken once, in the constructor.
 *
 * Nodes are 0 .. sources-1 (supplies) and sources .. sources+sinks-1 (demands); one extra node is the root.
 * The start is the matrix-minimum greedy rule, whose flow is a forest: each exhausted node hangs below the
 * partner that exhausted it, and the trees of the forest hang on the root by arcs that carry no flow.
 */
export class TransportSimplex {
  /** Amount at each source, then the need at each sink; consumed by `solve`. */
  readonly amount: Float64Array;
  /** Cost of source i to sink j at [i * sinks + j]. */
  readonly cost: Float64Array;
  /**
   * Node potentials after `solve`: potential[sink] - potential[source] <= cost, with equality where there is
   * flow. Sources first, then sinks.
   */
  readonly potential: Float64Array;
  /** Pivots of the last `solve`. */
  pivots = 0;

  private readonly parent: Int32Array;
  /** +1 when the tree arc runs from the node to its parent, -1 when from the parent to the node. */
  private readonly up: Int8Array;
  private readonly flow: Float64Array;
  private readonly arcCost: Float64Array;
  private readonly depth: Int32Array;
  private readonly firstChild: Int32Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly stack: Int32Array;

  /** @param cells largest number of sources plus sinks */
  constructor(cells: number) {
    const nodes = cells + 1;
    this.amount = new Float64Array(nodes);
    this.cost = new Float64Array(Math.ceil((cells * cells) / 4));
    this.potential = new Float64Array(nodes);
    this.parent = new Int32Array(nodes);
    this.up = new Int8Array(nodes);
    this.flow = new Float64Array(nodes);
    this.arcCost = new Float64Array(nodes);
    this.depth = new Int32Array(nodes);
    this.firstChild = new Int32Array(nodes);
    this.next = new Int32Array(nodes);
    this.previous = new Int32Array(nodes);
    this.stack = new Int32Array(nodes);
  }

  /**
   * Solves the problem in `amount` and `cost`. Supplies and needs must be positive; their totals may differ
   * by rounding only.
   *
   * @param from, to source and sink node of the arcs by ascending cost, for the start
   * @param arcs number of entries of `from` and `to` in use
   * @returns the least total cost
   */
  solve(sources: number, sinks: number, from: Uint8Array, to: Uint8Array, arcs: number): number {
    this.startGreedy(sources, sinks, from, to, arcs);
    const root = sources + sinks;
    this.relabel(root);
    this.pivots = 0;
    const block = Math.max(8, Math.floor(Math.sqrt(sources * sinks)));
    let at = 0;
    for (;;) {
      const arc = this.price(sources, sinks, at, block);
      if (arc < 0) break;
      at = arc;
      this.pivots++;
      this.pivot(Math.floor(arc / sinks), sources + (arc % sinks), this.cost[arc]);
    }
    let total = 0;
    for (let node = 0; node < root; node++) total += this.flow[node] * this.arcCost[node];
    return total;
  }

  private startGreedy(sources: number, sinks: number, from: Uint8Array, to: Uint8Array, arcs: number): void {
    const { amount, parent, cost } = this;
    const root = sources + sinks;
    for (let node = 0; node <= root; node++) {
      parent[node] = -1;
      this.firstChild[node] = -1;
    }
    this.depth[root] = 0;
    this.potential[root] = 0;
    let left = root;
    for (let k = 0; k < arcs && left > 1; k++) {
      const source = from[k];
      const sink = to[k];
      if (parent[source] >= 0 || parent[sink] >= 0) continue;
      const has = amount[source];
      const needs = amount[sink];
      // A tie exhausts the source; the sink, needing nothing, stays the top of its tree.
      if (needs === 0) continue;
      const way = cost[source * sinks + sink - sources];
      if (needs < has) {
        this.hang(sink, source, -1, needs, way);
        amount[source] = has - needs;
      } else {
        this.hang(source, sink, 1, has, way);
        amount[sink] = needs - has;
      }
      left--;
    }
    // What is left holds at most the rounding of the totals. It is dropped, and the arcs to the root carry
    // nothing and point at it: no flow can ever pass the root, so their cost does not matter.
    for (let node = 0; node < root; node++) if (parent[node] < 0) this.hang(node, root, 1, 0, 0);
  }

  private hang(node: number, parent: number, up: number, flow: number, cost: number): void {
    this.parent[node] = parent;
    this.up[node] = up;
    this.flow[node] = flow;
    this.arcCost[node] = cost;
    const sibling = this.firstChild[parent];
    this.previous[node] = -1;
    this.next[node] = sibling;
    if (sibling >= 0) this.previous[sibling] = node;
    this.firstChild[parent] = node;
  }

  private unhang(node: number): void {
    const before = this.previous[node];
    const after = this.next[node];
    if (before >= 0) this.next[before] = after;
    else this.firstChild[this.parent[node]] = after;
    if (after >= 0) this.previous[after] = before;
  }

  /** Depths and potentials of everything below `top`, from its own; recomputed, so that no rounding piles up. */
  private relabel(top: number): void {
    const { stack, depth, potential, arcCost, up, firstChild, next } = this;
    let size = 0;
    for (let child = firstChild[top]; child >= 0; child = next[child]) stack[size++] = child;
    while (size > 0) {
      const node = stack[--size];
      const above = this.parent[node];
      depth[node] = depth[above] + 1;
      potential[node] = potential[above] - up[node] * arcCost[node];
      for (let child = firstChild[node]; child >= 0; child = next[child]) stack[size++] = child;
    }
  }

  /** Arc of the most negative reduced cost in the first block that has one, from `from` on; -1 at the optimum. */
  private price(sources: number, sinks: number, from: number, block: number): number {
    const { cost, potential } = this;
    const arcs = sources * sinks;
    let least = -1e-12;
    let best = -1;
    let left = block;
    let arc = from;
    let source = Math.floor(from / sinks);
    let sink = from - source * sinks;
    for (let seen = 0; seen < arcs; seen++) {
      const reduced = cost[arc] + potential[source] - potential[sources + sink];
      if (reduced < least) {
        least = reduced;
        best = arc;
      }
      arc++;
      if (++sink === sinks) {
        sink = 0;
        if (++source === sources) source = arc = 0;
      }
      if (--left === 0) {
        if (best >= 0) break;
        left = block;
      }
    }
    return best;
  }

  /** Brings the arc tail -> head into the tree: pushes flow round its cycle until an arc of the cycle is empty. */
  private pivot(tail: number, head: number, cost: number): void {
    const { parent, up, flow, depth } = this;
    let join = tail;
    for (let other = head; join !== other; ) {
      if (depth[join] >= depth[other]) join = parent[join];
      else other = parent[other];
    }
    // The cycle runs join -> tail -> head -> join. Last blocking arc: the one nearest to the tail on the first
    // leg, but any on the second leg comes later, and there the one nearest to the join.
    let delta = Number.POSITIVE_INFINITY;
    let leaving = -1;
    let moved = tail;
    for (let node = tail; node !== join; node = parent[node]) {
      if (up[node] === 1 && flow[node] < delta) {
        delta = flow[node];
        leaving = node;
      }
    }
    for (let node = head; node !== join; node = parent[node]) {
      if (up[node] === -1 && flow[node] <= delta) {
        delta = flow[node];
        leaving = node;
        moved = head;
      }
    }
    if (delta > 0) {
      for (let node = tail; node !== join; node = parent[node]) flow[node] -= up[node] * delta;
      for (let node = head; node !== join; node = parent[node]) flow[node] += up[node] * delta;
    }
    // The part cut off by the leaving arc is hung on the entering arc; the path between them turns over.
    let node = moved;
    let above = moved === tail ? head : tail;
    let direction = moved === tail ? 1 : -1;
    let arcFlow = delta;
    let arcCost = cost;
    for (;;) {
      const oldParent = parent[node];
      const oldUp = up[node];
      const oldFlow = flow[node];
      const oldCost = this.arcCost[node];
      this.unhang(node);
      this.hang(node, above, direction, arcFlow, arcCost);
      if (node === leaving) break;
      above = node;
      node = oldParent;
      direction = -oldUp;
      arcFlow = oldFlow;
      arcCost = oldCost;
    }
    this.depth[moved] = this.depth[parent[moved]] + 1;
    this.potential[moved] = this.potential[parent[moved]] - up[moved] * this.arcCost[moved];
    this.relabel(moved);
  }
}
