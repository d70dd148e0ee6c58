/** What is written to a socket that Node's HTTP no longer answers on: not here, and not on this connection (RFC 9110, section 15.6.4). */
export const REFUSAL = 'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'
