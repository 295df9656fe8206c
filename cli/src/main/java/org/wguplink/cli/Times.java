package org.wguplink.cli;

import java.util.TimeZone;

/** Moments for people; by hand, since {@code java.time}'s parser alone costs more than the rest of a fresh process. */
final class Times {
    private static final String SHAPE = "dddd-dd-ddTdd:dd:dd";
    private static final long DAY_S = 86_400;

    private Times() {}

    /** {@code , since 12:03:04} in local time; empty when the text is not a time in UTC. */
    static String since(String iso) {
        return since(iso, TimeZone.getDefault(), System.currentTimeMillis() / 1000);
    }

    /** With the date, unless that is today's at {@code nowS}, seconds since 1970. */
    static String since(String iso, TimeZone zone, long nowS) {
        if (!isUtc(iso)) return "";
        long utc = days(number(iso, 0, 4), number(iso, 5, 7), number(iso, 8, 10)) * DAY_S
                + number(iso, 11, 13) * 3600L
                + number(iso, 14, 16) * 60L
                + number(iso, 17, 19);
        long local = utc + zone.getOffset(utc * 1000) / 1000;
        long here = nowS + zone.getOffset(nowS * 1000) / 1000;
        String clock = clock(local);
        long day = Math.floorDiv(local, DAY_S);
        return ", since " + (day == Math.floorDiv(here, DAY_S) ? "" : date(day) + " ") + clock;
    }

    /** {@code 2026-02-28 12:03:04}, local. */
    static String now() {
        long here = localNow();
        return date(Math.floorDiv(here, DAY_S)) + " " + clock(here);
    }

    /** {@code 12:03:04}, local. */
    static String clock() {
        return clock(localNow());
    }

    private static long localNow() {
        long nowMs = System.currentTimeMillis();
        return (nowMs + TimeZone.getDefault().getOffset(nowMs)) / 1000;
    }

    private static String clock(long localS) {
        long second = Math.floorMod(localS, DAY_S);
        return two(second / 3600) + ":" + two(second / 60 % 60) + ":" + two(second % 60);
    }

    private static boolean isUtc(String iso) {
        if (iso.length() <= SHAPE.length() || !iso.endsWith("Z")) return false;
        for (int i = 0; i < SHAPE.length(); i++) {
            char shape = SHAPE.charAt(i);
            char c = iso.charAt(i);
            if (shape == 'd' ? c < '0' || c > '9' : c != shape) return false;
        }
        return true;
    }

    private static int number(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) value = value * 10 + (text.charAt(i) - '0');
        return value;
    }

    /** Days since 1970-01-01 of a Gregorian date; years begin in March here, so that the leap day comes last. */
    private static long days(int year, int month, int day) {
        long y = month <= 2 ? year - 1L : year;
        long era = Math.floorDiv(y, 400);
        long yearOfEra = y - era * 400;
        long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    private static String date(long days) {
        long shifted = days + 719_468;
        long era = Math.floorDiv(shifted, 146_097);
        long dayOfEra = shifted - era * 146_097;
        long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long shiftedMonth = (5 * dayOfYear + 2) / 153;
        long month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        return year + "-" + two(month) + "-" + two(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1);
    }

    private static String two(long number) {
        return number < 10 ? "0" + number : Long.toString(number);
    }
}
