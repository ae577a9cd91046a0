#!/usr/bin/perl
# packets.pl: a line for each packet that leaves this network namespace, loopback included: its protocol, and for UDP and
# TCP the ports. Until it is killed.
use strict;
use warnings;
$| = 1;
my ($packet, $raw, $all, $outgoing) = (17, 3, 0x0003, 4);
socket(my $socket, $packet, $raw, unpack("S", pack("n", $all))) or die "packets: $!\n";
print "ready\n";
my %names = (0x0806 => "arp", 0x86dd => "ipv6", 0x0800 => "ipv4");
while (1) {
    my $from = recv($socket, my $frame, 2048, 0);
    next unless defined $from;
    my (undef, $type, undef, undef, $kind) = unpack("S n l S C", $from);
    next if $kind != $outgoing;
    my $name = $names{$type} // sprintf("%04x", $type);
    my ($protocol, $header) = (0, 0);
    ($protocol, $header) = (unpack("C", substr($frame, 23, 1)), 14 + 4 * (unpack("C", substr($frame, 14, 1)) & 15)) if $name eq "ipv4";
    ($protocol, $header) = (unpack("C", substr($frame, 20, 1)), 54) if $name eq "ipv6";
    my @ports = $protocol == 6 || $protocol == 17 ? unpack("n n", substr($frame, $header, 4)) : ();
    print join(" ", $name, $protocol, @ports), "\n";
}
