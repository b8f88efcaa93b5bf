/** A sound configuration, as JSON, to be bent by tests. */
export function soundFile(): Record<string, unknown> & { nodes: Record<string, unknown>[] } {
  return {
    dataDir: './data',
    nodes: [
      { id: 'n1', peer: '127.0.0.1:7001', client: '127.0.0.1:6666', http: '127.0.0.1:8001' },
      { id: 'n2', peer: '127.0.0.1:7002', client: '127.0.0.1:6667', http: '127.0.0.1:8002' },
      { id: 'n3', peer: '127.0.0.1:7003', client: '127.0.0.1:6668', http: '127.0.0.1:8003' },
    ],
  };
}
