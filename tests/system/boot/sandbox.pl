#!/usr/bin/perl
# sandbox.pl: tries what a service that was taken over would try, inside that service's own sandbox, and prints one line a deed:
# `NAME done` or `NAME refused: reason`. Perl, because it is on every Debian and needs nothing that the sandbox forbids.
use strict;
use warnings;
use Errno;
use Socket;

sub report {
    my ($name, $done) = @_;
    print $name, $done ? " done\n" : " refused: $!\n";
}

sub can_write {
    my ($folder) = @_;
    my $done = open(my $file, '>', "$folder/.sandbox-test");
    report("write $folder", $done);
    unlink "$folder/.sandbox-test" if $done;
}

sub can_open {
    my ($path) = @_;
    report("open $path", open(my $file, '<', $path));
}

my %families = (AF_UNIX => 1, AF_INET => 2, AF_INET6 => 10, AF_NETLINK => 16, AF_PACKET => 17, AF_CAN => 29, AF_BLUETOOTH => 31,
    AF_VSOCK => 40);
for my $family (sort keys %families) {
    my $kind = $family =~ /NETLINK|PACKET|CAN|BLUETOOTH/ ? SOCK_RAW : SOCK_STREAM;
    my $protocol = $family =~ /CAN|BLUETOOTH/ ? 1 : 0;
    report("socket $family", socket(my $socket, $families{$family}, $kind, $protocol));
}
# Nobody listens there: what IPAddressDeny= lets through is refused by the other end, and counts as done.
sub can_reach {
    my ($address) = @_;
    socket(my $socket, AF_INET, SOCK_STREAM, 0) or return;
    connect($socket, sockaddr_in(9, inet_aton($address)));
    report("reach $address", $!{ECONNREFUSED});
}

can_reach($_) for qw(127.0.0.1 127.0.0.2);
can_write($_) for qw(/etc /usr /var /var/lib/garaged /home /root /run /dev/shm /tmp);
can_open($_) for qw(/dev/mem /dev/kmsg /etc/shadow /var/lib/garaged/access.db /proc/1/status /proc/sys/kernel/hostname /etc/garaged/garaged.conf);
report("run /bin/true", system("/bin/true") == 0);
my $unshare = {x86_64 => 272, aarch64 => 97}->{(split ' ', `cat /dev/null` . (POSIX::uname())[4])[0]} if eval { require POSIX };
report("make a user namespace", syscall($unshare, 0x10000000) == 0) if $unshare;
my $much = 300_000_000; # a constant would be taken while this file is compiled
report("take 300 MB", do {
    my $child = fork;
    exit(length('x' x $much) > 0 ? 0 : 1) if !$child;
    waitpid($child, 0) && $? == 0;
});
report("become root", do { $> = 0; $> == 0 });
