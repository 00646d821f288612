"""Sends pictures the way the seed's sender does: a message of length 0 first, then one message a JPEG.

Arguments: host, port, pictures a second, and a file of JPEGs, each behind its length as four bytes big-endian. With
"told" in place of a rate it sends one picture for each line on standard input.
"""

import socket
import struct
import sys
import time


def read_pictures(path):
    with open(path, "rb") as file:
        data = file.read()
    pictures, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from(">L", data, at)
        pictures.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    return pictures


def dial(host, port):
    while True:
        try:
            return socket.create_connection((host, port))
        except OSError:
            time.sleep(0.1)


def main():
    host, port, rate, path = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    pictures = read_pictures(path)
    connection = dial(host, port).makefile("wb")
    connection.write(struct.pack(">L", 0))
    connection.flush()
    start = time.monotonic()
    sent = 0
    while rate != "told" or sys.stdin.readline():
        picture = pictures[sent % len(pictures)]
        connection.write(struct.pack(">L", len(picture)) + picture)
        connection.flush()
        sent += 1
        if rate != "told":
            time.sleep(max(0, start + sent / float(rate) - time.monotonic()))


main()
