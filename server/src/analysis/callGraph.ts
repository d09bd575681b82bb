/** Who calls whom in a crate, in an order in which callees come first. */
export interface CallGraph<Node> {
  /**
   * Nodes that reach each other, as one component; each component behind those that it calls. Which nodes come first
   * within a component depends only on their order in the crate.
   */
  readonly components: readonly (readonly Node[])[];
  readonly callers: ReadonlyMap<Node, readonly Node[]>;
}

/** Orders the nodes of a call graph: Tarjan's strongly connected components, without recursion. */
export function readCallGraph<Node>(
  nodes: readonly Node[],
  calleesOf: (node: Node) => readonly Node[],
): CallGraph<Node> {
  const positions = new Map(nodes.map((node, position) => [node, position]));
  const callees = nodes.map((node) => calleesOf(node).flatMap((it) => positions.get(it) ?? []));
  const callers = new Map<Node, Node[]>();
  for (const [position, node] of nodes.entries()) {
    for (const callee of callees[position] ?? []) {
      const called = nodes[callee];
      if (called === undefined) continue;
      const others = callers.get(called);
      if (others === undefined) callers.set(called, [node]);
      else others.push(node);
    }
  }
  const components = connect(callees).map((component) => {
    return component.sort((a, b) => a - b).flatMap((it) => nodes[it] ?? []);
  });
  return { components, callers };
}

interface Frame {
  readonly node: number;
  next: number;
}

function connect(callees: readonly (readonly number[])[]): number[][] {
  const indices = new Int32Array(callees.length).fill(-1);
  const lowest = new Int32Array(callees.length);
  const isOpen = new Uint8Array(callees.length);
  const open: number[] = [];
  const components: number[][] = [];
  let count = 0;
  const enter = (node: number): Frame => {
    indices[node] = lowest[node] = count++;
    open.push(node);
    isOpen[node] = 1;
    return { node, next: 0 };
  };
  for (let root = 0; root < callees.length; root++) {
    if (indices[root] !== -1) continue;
    const frames = [enter(root)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const { node } = frame;
      const callee = callees[node]?.[frame.next++];
      if (callee !== undefined) {
        if (indices[callee] === -1) frames.push(enter(callee));
        else if (isOpen[callee] === 1) lowest[node] = Math.min(lowest[node] ?? 0, indices[callee] ?? 0);
        continue;
      }
      frames.pop();
      const caller = frames.at(-1)?.node;
      if (caller !== undefined) lowest[caller] = Math.min(lowest[caller] ?? 0, lowest[node] ?? 0);
      if (lowest[node] === indices[node]) components.push(take(open, isOpen, node));
    }
  }
  return components;
}

/** Takes a finished component off the open nodes: all from its first one on. */
function take(open: number[], isOpen: Uint8Array, first: number): number[] {
  const component = open.splice(open.lastIndexOf(first));
  for (const it of component) isOpen[it] = 0;
  return component;
}
