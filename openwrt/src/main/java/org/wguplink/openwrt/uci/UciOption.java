package org.wguplink.openwrt.uci;

/**
 * One option of a section.
 *
 * @param line of the statement that said it last, 1 for the first line of the file
 */
public record UciOption(String name, UciValue value, int line) {}
