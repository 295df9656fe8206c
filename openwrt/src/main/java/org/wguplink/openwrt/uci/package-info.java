/**
 * OpenWrt's configuration text (UCI): read exactly as libuci reads it, and edited without touching a byte that the edit
 * does not mean.
 *
 * <p>The grammar is that of libuci's {@code file.c} (strict mode), with its oddities: an empty {@code option} vanishes
 * and unsets an earlier one; {@code #} ends an unquoted word; a backslash at the end of a line joins it with the next;
 * quoted words go on over lines; sections of one name are merged; a {@code ;} right behind an unquoted word drops the
 * rest of the line, behind a quoted one it separates commands. The tests compare with answers recorded from libuci.
 *
 * <p>Values are immutable. An edit is a splice of the text, after which the text is read again, so that what a {@link
 * org.wguplink.openwrt.uci.UciFile} says is always what libuci would read from its {@code text()}.
 */
@NullMarked
package org.wguplink.openwrt.uci;

import org.jspecify.annotations.NullMarked;
